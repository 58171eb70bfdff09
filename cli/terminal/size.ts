/** In units of 10^9 bytes, as AWS bills. */
export function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(3);
}
