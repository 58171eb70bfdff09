import type { CacheRule } from "../../component/clients";

export const ECR = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
export const OTHER_ECR = "444455556666.dkr.ecr.eu-west-1.amazonaws.com";
export const THIRD_ECR = "777788889999.dkr.ecr.us-east-2.amazonaws.com";
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

/** A rule of every kind: nested prefix, ROOT, ECR upstreams, upstream prefix. */
export const rules: CacheRule[] = [
  { upstream: "registry-1.docker.io", url: `${ECR}/dockerhub` },
  { upstream: "ghcr.io", url: `${ECR}/gh/packages` },
  { upstream: "quay.io", url: ECR },
  { upstream: OTHER_ECR, url: `${ECR}/eu` },
  { upstream: OTHER_ECR, url: `${ECR}/team`, upstreamPrefix: "team-a" },
  { upstream: THIRD_ECR, url: `${ECR}/ohio` },
  { upstream: "public.ecr.aws", url: `${ECR}/public`, repositories: ["docker/library/*", "org/app-*", "one/web.app"] },
];

/** Images as Pods name them, and the expected results, written by hand. */
export const images: [image: string, expected: string][] = [
  ["nginx", `${ECR}/dockerhub/library/nginx`],
  ["nginx:1.25", `${ECR}/dockerhub/library/nginx:1.25`],
  [`nginx:1.25@${DIGEST}`, `${ECR}/dockerhub/library/nginx:1.25@${DIGEST}`],
  [`docker.io/nginx@${DIGEST}`, `${ECR}/dockerhub/library/nginx@${DIGEST}`],
  ["index.docker.io/library/nginx:1", `${ECR}/dockerhub/library/nginx:1`],
  ["registry-1.docker.io/nginx:1", `${ECR}/dockerhub/library/nginx:1`],
  ["timberio/vector:0.45.0-alpine", `${ECR}/dockerhub/timberio/vector:0.45.0-alpine`],
  ["docker.io/timberio/vector", `${ECR}/dockerhub/timberio/vector`],
  [`ghcr.io/org/app:v1@${DIGEST}`, `${ECR}/gh/packages/org/app:v1@${DIGEST}`],
  ["ghcr.io.evil.example/org/app:v1", "ghcr.io.evil.example/org/app:v1"],
  ["ghcrXio/org/app:v1", "ghcrXio/org/app:v1"],
  ["ghcr.io:443/org/app", "ghcr.io:443/org/app"],
  ["registry.example:5000/nginx:1", "registry.example:5000/nginx:1"],
  ["localhost/nginx:1", "localhost/nginx:1"],
  ["localhost:5000/nginx:1", "localhost:5000/nginx:1"],
  ["quay.io/org/app:v1", `${ECR}/org/app:v1`],
  ["quay.io/dockerhub/app:v1", "quay.io/dockerhub/app:v1"],
  ["quay.io/dockerhub-tools/app:v1", `${ECR}/dockerhub-tools/app:v1`],
  [`${OTHER_ECR}/team-a/app:1`, `${ECR}/team/app:1`],
  [`${OTHER_ECR}/team-ab/app:1`, `${ECR}/eu/team-ab/app:1`],
  [`${THIRD_ECR}/app:1`, `${ECR}/ohio/app:1`],
  ["public.ecr.aws/docker/library/nginx:1.25", `${ECR}/public/docker/library/nginx:1.25`],
  ["ecr-public.aws.com/docker/library/redis:8.2.3-alpine", `${ECR}/public/docker/library/redis:8.2.3-alpine`],
  ["ecr-public.aws.com/org/app:1", "ecr-public.aws.com/org/app:1"],
  ["registry.hub.docker.com/library/nginx:1", `${ECR}/dockerhub/library/nginx:1`],
  [`${OTHER_ECR.replace(".ecr", "-ecr").replace("amazonaws.com", "on.aws")}/team-a/app:1`, `${ECR}/team/app:1`],
  [`public.ecr.aws/org/app-one@${DIGEST}`, `${ECR}/public/org/app-one@${DIGEST}`],
  ["public.ecr.aws/one/web.app", `${ECR}/public/one/web.app`],
  ["public.ecr.aws/one/webxapp", "public.ecr.aws/one/webxapp"],
  ["public.ecr.aws/one/web.app/sub:1", "public.ecr.aws/one/web.app/sub:1"],
  ["public.ecr.aws/org/app:1", "public.ecr.aws/org/app:1"],
  ["public.ecr.aws/other/docker/library/nginx", "public.ecr.aws/other/docker/library/nginx"],
  [`${ECR}/dockerhub/library/nginx:1.25`, `${ECR}/dockerhub/library/nginx:1.25`],
  [`${ECR}/own-app:1`, `${ECR}/own-app:1`],
  ["999900001111.dkr.ecr.us-east-1.amazonaws.com/app:1", "999900001111.dkr.ecr.us-east-1.amazonaws.com/app:1"],
];
