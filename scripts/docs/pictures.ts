import { draw } from "./svg";

/** README.md: what happens when a workload pulls. */
export function overview(): string {
  return draw({
    title: "A workload pulls from Amazon ECR, which fetches what it does not have from the upstream registry",
    width: 860,
    height: 300,
    boxes: [
      {
        x: 20,
        y: 30,
        width: 180,
        height: 74,
        title: "Your workloads",
        lines: ["ECS, EKS, Batch, CI", "image names as before"],
        kind: "other",
      },
      {
        x: 330,
        y: 30,
        width: 200,
        height: 74,
        title: "Amazon ECR",
        lines: ["pull through cache rule", "dockerhub/*"],
        kind: "aws",
      },
      {
        x: 660,
        y: 30,
        width: 180,
        height: 74,
        title: "Upstream registry",
        lines: ["Docker Hub, GitHub,", "GitLab, Quay, ..."],
        kind: "other",
      },
      {
        x: 590,
        y: 190,
        width: 250,
        height: 80,
        title: "Secrets Manager",
        lines: ["user name and token,", "from Pulumi's encrypted config"],
        kind: "aws",
      },
      {
        x: 20,
        y: 190,
        width: 220,
        height: 80,
        title: "Cached repository",
        lines: ["expires old images, scanned,", "encrypted, tagged, private"],
        kind: "aws",
      },
      {
        x: 300,
        y: 190,
        width: 230,
        height: 80,
        title: "Creation template",
        lines: ["what each repository gets", "when the first pull creates it"],
        kind: "aws",
      },
    ],
    arrows: [
      { from: [200, 67], to: [328, 67], label: "pull" },
      { from: [530, 67], to: [658, 67], label: "if missing or\nolder than 24 h" },
      { from: [660, 190], to: [500, 106], label: "credentials", at: [18, 0] },
      { from: [415, 190], to: [415, 106], label: "settings", at: [8, 4] },
      { from: [350, 104], to: [190, 188], label: "stores", at: [-70, -4] },
    ],
  });
}

/** docs/concepts.md: one entry on its way to an image. */
export function entry(): string {
  const box = (x: number, y: number, title: string, lines: string[], kind: "aws" | "other" | "ours") => ({
    ...{ x, y, width: 240, height: 84, title, lines, kind },
  });
  return draw({
    title: "An entry becomes a secret, a rule and a template; a pull then makes a repository with an image",
    width: 860,
    height: 330,
    boxes: [
      box(20, 120, "Entry", ["key: hub", "registry: dockerhub, prefix: hub"], "ours"),
      box(310, 20, "Secret", ["ecr-pullthroughcache/hub-...", "user name and token"], "aws"),
      box(310, 120, "Rule", ["prefix hub", "upstream registry-1.docker.io"], "aws"),
      box(310, 220, "Template", ["prefix hub", "lifecycle, encryption, tags"], "aws"),
      box(600, 120, "Image", ["hub/library/nginx:1.27", "for nginx:1.27 of Docker Hub"], "aws"),
      box(600, 220, "Repository", ["hub/library/nginx", "made by the first pull"], "aws"),
    ],
    arrows: [
      { from: [260, 140], to: [308, 80] },
      { from: [260, 162], to: [308, 162] },
      { from: [260, 184], to: [308, 250] },
      { from: [430, 104], to: [430, 118] },
      { from: [550, 162], to: [598, 162] },
      { from: [550, 262], to: [598, 262] },
      { from: [720, 204], to: [720, 218] },
    ],
  });
}

/** docs/architecture.md: how the component gets from input to resources. */
export function dataFlow(): string {
  return draw({
    title: "Data flows one way: input, schema, plan, resources, outputs",
    width: 860,
    height: 330,
    boxes: [
      { x: 20, y: 20, width: 170, height: 60, title: "Arguments", lines: ["of the program"], kind: "other" },
      {
        x: 20,
        y: 100,
        width: 170,
        height: 60,
        title: "registries.yaml",
        lines: ["input/registries-file"],
        kind: "other",
      },
      { x: 20, y: 180, width: 170, height: 60, title: "Stack config", lines: ["input/config"], kind: "other" },
      { x: 270, y: 90, width: 150, height: 80, title: "schema/", lines: ["shape, patterns,", "lengths"], kind: "ours" },
      {
        x: 470,
        y: 90,
        width: 150,
        height: 80,
        title: "plan/",
        lines: ["every decision,", "as plain data"],
        kind: "ours",
      },
      {
        x: 670,
        y: 90,
        width: 170,
        height: 80,
        title: "resources/",
        lines: ["in the order", "of deployment"],
        kind: "ours",
      },
      { x: 670, y: 230, width: 170, height: 70, title: "outputs.ts", lines: ["URLs, ARNs, documents"], kind: "ours" },
      { x: 470, y: 230, width: 150, height: 70, title: "iam/ lifecycle/", lines: ["documents"], kind: "ours" },
      { x: 270, y: 230, width: 150, height: 70, title: "problems/", lines: ["all of them at once"], kind: "ours" },
    ],
    arrows: [
      { from: [190, 50], to: [268, 110] },
      { from: [190, 130], to: [268, 130] },
      { from: [190, 210], to: [268, 152] },
      { from: [420, 130], to: [468, 130] },
      { from: [620, 130], to: [668, 130] },
      { from: [755, 170], to: [755, 228] },
      { from: [545, 230], to: [545, 172] },
      { from: [620, 250], to: [690, 172] },
      { from: [620, 270], to: [668, 270] },
      { from: [345, 170], to: [345, 228], label: "refuses", at: [8, 4] },
      { from: [490, 170], to: [400, 228] },
    ],
  });
}
