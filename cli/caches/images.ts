import { type ECRClient, type ImageDetail, paginateDescribeImages } from "@aws-sdk/client-ecr";

/** What a repository stores. */
export interface Stored {
  /** Images without indexes, which only list the images of each platform. */
  readonly images: readonly ImageDetail[];
  readonly indexes: readonly ImageDetail[];
  /** Size of the images. Layers that they share are counted in each, so ECR may store less. */
  readonly bytes: number;
}

/** ECR gives an index the size of its largest image. Source: ECR API reference, ImageDetail. */
const INDEX = /^application\/vnd\.(oci\.image\.index\.v1|docker\.distribution\.manifest\.list\.v2)\+json$/;

export async function storedImages(client: ECRClient, repositoryName: string): Promise<Stored> {
  const found: ImageDetail[] = [];
  for await (const { imageDetails = [] } of paginateDescribeImages({ client, pageSize: 1000 }, { repositoryName }))
    found.push(...imageDetails);
  const isIndex = ({ imageManifestMediaType = "" }: ImageDetail) => INDEX.test(imageManifestMediaType);
  const images = found.filter((one) => !isIndex(one));
  const bytes = images.reduce((sum, { imageSizeInBytes = 0 }) => sum + imageSizeInBytes, 0);
  return { images, indexes: found.filter(isIndex), bytes };
}
