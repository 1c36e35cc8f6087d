/** Kept equal to `package.json` by a test: the bundle is one file and reads no other. */
export const VERSION = "0.1.0";
