import { nearest } from "pulumi-pull-through-cache/plan";

/** Source: the partitions that the AWS SDK for JavaScript carries, @aws-sdk/core 3.974 (partitions.js). */
const REGIONS =
  `af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
  ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
  eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1
  me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2`.split(/\s+/);

/** AWS adds Regions, and names them after where they are. */
const LIKE_REGION = /^[a-z]{2,4}(-[a-z]+)?-(north|south|east|west|central|(north|south)(east|west))-[1-9]$/;

/** Why there is no such Region. Undefined if there is one, or may be. */
export function noSuchRegion(name: string): string | undefined {
  if (LIKE_REGION.test(name)) return undefined;
  const meant = nearest(name, REGIONS);
  return `AWS has no such Region${meant ? `: write ${meant}` : ", which is a name such as us-east-1"}.`;
}
