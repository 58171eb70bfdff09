/** A statement that lets everyone pull. */
export const statement = (more: object) => ({ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage", ...more });
/** A policy document. */
export const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
