/** A lifecycle policy document of ECR. Source: Amazon ECR user guide, "Lifecycle policy properties". */
export interface LifecyclePolicy {
  readonly rules: readonly LifecycleRule[];
}

/** One rule of a lifecycle policy document. */
export interface LifecycleRule {
  readonly rulePriority: number;
  readonly description?: string;
  readonly selection: LifecycleSelection;
  readonly action: { readonly type: string; readonly targetStorageClass?: string };
}

/** Which images a rule selects. */
export interface LifecycleSelection {
  readonly tagStatus: string;
  readonly tagPatternList?: readonly string[];
  readonly tagPrefixList?: readonly string[];
  readonly storageClass?: string;
  readonly countType: string;
  readonly countUnit?: string;
  readonly countNumber: number;
}
