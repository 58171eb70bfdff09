/** The access key, Region and service that a signed request claims. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Reads the Signature Version 4 credential scope. The signature is not verified, because the emulator serves only this
 * machine and there are no real secret keys.
 */
export function credentialScope(authorization: string | undefined): CredentialScope | undefined {
  const found = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request,/.exec(
    authorization ?? "",
  );
  if (found === null) return undefined;
  const [, accessKeyId = "", region = "", service = ""] = found;
  return { accessKeyId, region, service };
}
