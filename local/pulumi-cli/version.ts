/** The Pulumi CLI that is downloaded or built when none is installed. */
export const PULUMI_VERSION = "3.245.0";

/** The oldest installed Pulumi CLI that is used as it is. */
export const OLDEST_PULUMI_VERSION = "3.218.0";
