/** A policy document that allows what one statement names. */
export function policy(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

/** The part of a statement that lets principals pull. */
export const trusted = (AWS: unknown) => ({ Principal: { AWS }, Action: "ecr:BatchGetImage" });
