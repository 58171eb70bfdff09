/** Higher than every real version: with Pulumi's legacy plugin search it serves whichever one a program asks for. */
export const PLUGIN_VERSION = "999.0.0";
