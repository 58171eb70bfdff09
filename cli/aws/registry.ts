/** The registry's host. It only identifies the registry; the tool never connects to it. */
export function registryHost(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}
