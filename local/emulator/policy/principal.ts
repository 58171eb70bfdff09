/** The caller. */
export type Principal = RootPrincipal | SessionPrincipal | ServicePrincipal;

export interface RootPrincipal {
  readonly kind: "root";
  readonly account: string;
  readonly arn: string;
}

/** A role that was assumed. */
export interface SessionPrincipal {
  readonly kind: "session";
  readonly account: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  readonly arn: string;
  readonly roleArn: string;
  readonly roleId: string;
  readonly sessionName: string;
}

/** An AWS service acting for a resource, e.g. Lambda fetching a function's image. */
export interface ServicePrincipal {
  readonly kind: "service";
  readonly account: undefined;
  /** e.g. `lambda.amazonaws.com` */
  readonly arn: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

export function rootPrincipal(account: string): RootPrincipal {
  return { kind: "root", account, arn: `arn:aws:iam::${account}:root` };
}

export function servicePrincipal(
  service: string,
  source: Pick<ServicePrincipal, "sourceArn" | "sourceAccount"> = {},
): ServicePrincipal {
  return { kind: "service", account: undefined, arn: service, ...source };
}
