import { repositoryHasLifecycle as policy } from "../../../policy-pack/policies/repository-has-lifecycle";
import {
  advice,
  fed,
  judges,
  later,
  lifecycleOf,
  lifecyclePolicy,
  passes,
  repository,
  rule,
  undecided,
} from "../support";

const r = rule("r");
const a = repository("a");
const other = repository("b", { name: "app" });
const of = (owner: ReturnType<typeof repository>, props: object = {}) =>
  lifecyclePolicy("l", { repository: later, ...props }, fed({ repository: [owner] }));
const named = (props: object = {}, options = {}) =>
  lifecyclePolicy("l", { repository: "quay/team/app", ...props }, options);
const ofOneOfTwo = (props: object = {}) =>
  lifecyclePolicy("l", { repository: later, ...props }, fed({ repository: [other, a] }));
const somewhere = fed({ region: [rule("x")] });
const count = { countType: "imageCountMoreThan", countNumber: 5 };
const keeping = (selection: object) => [r, a, of(a, { policy: lifecycleOf({ ...count, ...selection }) })];

judges(policy, {
  "passes a repository with a lifecycle policy, by resource or by name, and those outside caches": [
    passes,
    [r, a, of(a)],
    [r, a, named()],
    [r, a, other, of(a), ofOneOfTwo()],
    [r, other],
  ],
  "fails a repository without one, also when another has one": [
    "a: The stack attaches no lifecycle policy to the repository.",
    [r, a],
    [r, a, other, of(other)],
    [r, a, named({ region: "us-east-1" })],
    [r, a, of(a, { region: "us-east-1" })],
  ],
  "fails a lifecycle policy that cannot expire anything": [
    "a: The lifecycle policy of the repository can never expire an image: the rule with rulePriority 1 wants tags on one image that no single tag can match.",
    keeping({ tagStatus: "tagged", tagPrefixList: ["a", "b"] }),
  ],
  "fails one that ECR refuses": [
    "a: The lifecycle policy of the repository can never expire an image: it is not a JSON object with `rules`.",
    [r, a, of(a, { policy: "not json" })],
    [r, a, other, ofOneOfTwo({ policy: "{}" })],
  ],
  "advises about one that leaves images with tags for ever": [
    advice("a: The lifecycle policy of the repository never expires images with some tags."),
    keeping({ tagStatus: "untagged" }),
  ],
  "advises about one that leaves images without tags for ever": [
    advice(
      "a: The lifecycle policy of the repository never expires untagged images: every image whose tag moved upstream.",
    ),
    keeping({ tagStatus: "tagged", tagPatternList: ["*"] }),
  ],
  "waits for unknown policies and owners": [
    undecided("a"),
    [r, a, of(a, { policy: later })],
    [r, a, lifecyclePolicy("l", { repository: later })],
    [r, a, other, ofOneOfTwo()],
    [r, a, other, of(a, { policy: "{}" }), ofOneOfTwo()],
    [r, a, lifecyclePolicy("l", { repository: later, region: later }, somewhere)],
    [r, a, named({ region: later }, somewhere)],
  ],
});
