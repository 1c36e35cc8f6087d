/**
 * What a CI system says of the run it is in: one row each, with the variables of its documentation.
 *
 * Xcode Cloud     developer.apple.com/documentation/xcode/environment-variable-reference
 * GitHub Actions  docs.github.com/actions/reference/variables-reference
 * GitLab CI       docs.gitlab.com/ci/variables/predefined_variables
 * Bitrise         docs.bitrise.io/…/available-environment-variables
 * CircleCI        circleci.com/docs/reference/variables
 * Jenkins         jenkins.io/doc/book/pipeline/jenkinsfile, and the Git plugin's GIT_*
 * Buildkite       buildkite.com/docs/pipelines/environment_variables
 */
export interface CiRun {
  readonly provider: string;
  readonly runId?: string;
  readonly runUrl?: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly tag?: string;
  /** The archive this run made. */
  readonly archive?: string;
}

type Env = Readonly<Record<string, string | undefined>>;
type Read = (env: Env) => string | undefined;

interface System {
  readonly provider: string;
  readonly detect: (env: Env) => boolean;
  readonly runId: Read;
  readonly runUrl: Read;
  readonly commit: Read;
  readonly branch: Read;
  readonly tag: Read;
  readonly archive?: Read;
}

/** The first of these that is set. */
const first =
  (...names: readonly string[]): Read =>
  (env) =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== "");

/** Xcode Cloud before the others: its variables share their first letters with GitLab's. */
const SYSTEMS: readonly System[] = [
  {
    provider: "xcode-cloud",
    detect: (env) => isTrue(env["CI_XCODE_CLOUD"]),
    runId: first("CI_BUILD_ID"),
    runUrl: first("CI_BUILD_URL"),
    commit: first("CI_COMMIT"),
    branch: first("CI_BRANCH", "CI_PULL_REQUEST_SOURCE_BRANCH"),
    tag: first("CI_TAG"),
    archive: first("CI_ARCHIVE_PATH"),
  },
  {
    provider: "github-actions",
    detect: (env) => isTrue(env["GITHUB_ACTIONS"]),
    runId: first("GITHUB_RUN_ID"),
    runUrl({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run }) {
      return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
    },
    commit: first("GITHUB_SHA"),
    // The ref of a pull request is `12/merge`; its branch is the head.
    branch: (env) => (env["GITHUB_REF_TYPE"] === "tag" ? undefined : first("GITHUB_HEAD_REF", "GITHUB_REF_NAME")(env)),
    tag: (env) => (env["GITHUB_REF_TYPE"] === "tag" ? env["GITHUB_REF_NAME"] : undefined),
  },
  {
    provider: "gitlab",
    detect: (env) => isTrue(env["GITLAB_CI"]),
    runId: first("CI_PIPELINE_ID"),
    runUrl: first("CI_PIPELINE_URL", "CI_JOB_URL"),
    commit: first("CI_COMMIT_SHA"),
    branch: first("CI_COMMIT_BRANCH", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"),
    tag: first("CI_COMMIT_TAG"),
  },
  {
    provider: "bitrise",
    detect: (env) => isTrue(env["BITRISE_IO"]),
    runId: first("BITRISE_BUILD_SLUG"),
    runUrl: first("BITRISE_BUILD_URL"),
    commit: first("BITRISE_GIT_COMMIT", "GIT_CLONE_COMMIT_HASH"),
    branch: first("BITRISE_GIT_BRANCH"),
    tag: first("BITRISE_GIT_TAG"),
    // Of the step that archives.
    archive: first("BITRISE_XCARCHIVE_PATH"),
  },
  {
    provider: "circleci",
    detect: (env) => isTrue(env["CIRCLECI"]),
    runId: first("CIRCLE_WORKFLOW_ID", "CIRCLE_BUILD_NUM"),
    runUrl: first("CIRCLE_BUILD_URL"),
    commit: first("CIRCLE_SHA1"),
    branch: first("CIRCLE_BRANCH"),
    tag: first("CIRCLE_TAG"),
  },
  {
    provider: "buildkite",
    detect: (env) => isTrue(env["BUILDKITE"]),
    runId: first("BUILDKITE_BUILD_ID"),
    runUrl: first("BUILDKITE_BUILD_URL"),
    // Before the checkout it may be the word HEAD.
    commit: (env) => (env["BUILDKITE_COMMIT"] === "HEAD" ? undefined : first("BUILDKITE_COMMIT")(env)),
    branch: first("BUILDKITE_BRANCH"),
    tag: first("BUILDKITE_TAG"),
  },
  {
    provider: "jenkins",
    detect: (env) => (env["JENKINS_URL"] ?? "") !== "",
    runId: first("BUILD_TAG", "BUILD_ID"),
    runUrl: first("BUILD_URL"),
    commit: first("GIT_COMMIT"),
    // `origin/main` from the Git plugin; a multibranch job says it without the remote.
    branch: (env) =>
      env["TAG_NAME"] ? undefined : env["BRANCH_NAME"] || env["GIT_BRANCH"]?.replace(/^origin\//, "") || undefined,
    tag: first("TAG_NAME"),
  },
];

export function detectCi(env: Env): CiRun | undefined {
  const system = SYSTEMS.find(({ detect }) => detect(env));
  if (!system) return undefined;
  const run: Record<string, string> = { provider: system.provider };
  for (const fact of ["runId", "runUrl", "commit", "branch", "tag", "archive"] as const) {
    const value = system[fact]?.(env);
    if (value !== undefined && value !== "") run[fact] = value;
  }
  return run as Partial<CiRun> & Pick<CiRun, "provider">;
}

/** Xcode Cloud writes TRUE, the others true. */
const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === "true";
