/** Higher than every real version, so that Pulumi's legacy plugin search uses it for any requested version. */
export const PLUGIN_VERSION = "999.0.0";
