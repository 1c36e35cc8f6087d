/** CI systems as their makers write them; another one stands under the word it was registered with. */
const SYSTEMS: Readonly<Record<string, string>> = {
  "xcode-cloud": "Xcode Cloud",
  "github-actions": "GitHub Actions",
  gitlab: "GitLab",
  bitrise: "Bitrise",
  circleci: "CircleCI",
  buildkite: "Buildkite",
  jenkins: "Jenkins",
};

export const ciName = (provider: string): string => SYSTEMS[provider] ?? provider;

/** `xcode-cloud 212` as `Xcode Cloud 212` */
export const ciRunName = (run: string): string => run.replace(/^\S+/, ciName);
