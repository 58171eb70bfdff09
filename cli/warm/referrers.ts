import { BatchGetImageCommand, type ECRClient, ListImageReferrersCommand } from "@aws-sdk/client-ecr";

/** Source: API reference of Amazon ECR, maxResults of ListImageReferrers. */
const PAGE = 50;

/**
 * Fetches what refers to images: signatures, SBOMs, attestations, and what refers to these. ECR asks the upstream when
 * they are listed, and not when an image is pulled.
 *
 * @returns How many there are.
 */
export async function fetchReferrers(
  ecr: ECRClient,
  repositoryName: string,
  digests: readonly string[],
): Promise<number> {
  const known = new Set(digests);
  for (const imageDigest of known) {
    let nextToken: string | undefined;
    do {
      const subjectId = { imageDigest };
      const answer = await ecr.send(
        new ListImageReferrersCommand({ repositoryName, subjectId, nextToken, maxResults: PAGE }),
      );
      nextToken = answer.nextToken;
      const found = (answer.referrers ?? []).flatMap(({ digest = "" }) => (known.has(digest) ? [] : [digest]));
      if (found.length > 0) await pull(ecr, repositoryName, found);
      for (const digest of found) known.add(digest);
    } while (nextToken !== undefined);
  }
  return known.size - digests.length;
}

async function pull(ecr: ECRClient, repositoryName: string, digests: readonly string[]): Promise<void> {
  const imageIds = digests.map((imageDigest) => ({ imageDigest }));
  const { failures: [failure] = [] } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
  if (failure) throw new Error(`the referrer ${failure.imageId?.imageDigest} is not cached: ${failure.failureCode}`);
}
