import type { AnyResource } from "../../kit/policy";
import { read, unknown } from "../../kit/values";
import { ifConcerned, undecided, type Verdict } from "../../kit/verdict";
import { isForCache } from "../caches/template";
import { type Lifecycle, parseLifecycle } from "./document";

/** Judges the lifecycle policy of a template if it is one for caches. */
export function judgeLifecycleOf(template: AnyResource, judge: (lifecycle: Lifecycle | undefined) => Verdict): Verdict {
  const lifecycle = parseLifecycle(read(template.props, "lifecyclePolicy"));
  return ifConcerned(isForCache(template), lifecycle === unknown ? undecided : judge(lifecycle));
}
