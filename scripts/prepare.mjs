/** Runs at the end of every `npm install` of the clone: the CLI works from then on, and `npm start` knows that the packages are there. */
import { bundleCli } from "./bundle-cli.mjs";
import { markInstalled, say } from "./toolchain.mjs";

try {
  await bundleCli();
} catch (error) {
  // `npm ci --omit=dev` has no bundler and must not fail for it.
  say(error.message);
}
markInstalled();
