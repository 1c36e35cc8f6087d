/** Each CI system by the variables it documents; and what happens where two could be meant. */
import { expect, test } from "vitest";
import { detectCi } from "./environment.ts";

const COMMIT = "9fceb02d0ae598e95dc970b74767f19372d61af8";

test.for([
  [
    "Xcode Cloud",
    {
      CI: "TRUE",
      CI_XCODE_CLOUD: "TRUE",
      CI_BUILD_ID: "6c7d-1",
      CI_BUILD_URL: "https://appstoreconnect.apple.com/teams/x/builds/6c7d-1",
      CI_COMMIT: COMMIT,
      CI_BRANCH: "main",
      CI_ARCHIVE_PATH: "/Volumes/workspace/build.xcarchive",
    },
    {
      provider: "xcode-cloud",
      runId: "6c7d-1",
      runUrl: "https://appstoreconnect.apple.com/teams/x/builds/6c7d-1",
      commit: COMMIT,
      branch: "main",
      archive: "/Volumes/workspace/build.xcarchive",
    },
  ],
  [
    "Xcode Cloud, started by a tag",
    { CI_XCODE_CLOUD: "TRUE", CI_BUILD_ID: "6c7d-1", CI_COMMIT: COMMIT, CI_TAG: "v2.1.0" },
    { provider: "xcode-cloud", runId: "6c7d-1", commit: COMMIT, tag: "v2.1.0" },
  ],
  [
    "GitHub Actions, a branch",
    {
      GITHUB_ACTIONS: "true",
      GITHUB_RUN_ID: "1658821493",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "harbor/app",
      GITHUB_SHA: COMMIT,
      GITHUB_REF_TYPE: "branch",
      GITHUB_REF_NAME: "main",
      GITHUB_HEAD_REF: "",
    },
    {
      provider: "github-actions",
      runId: "1658821493",
      runUrl: "https://github.com/harbor/app/actions/runs/1658821493",
      commit: COMMIT,
      branch: "main",
    },
  ],
  [
    "GitHub Actions, a pull request",
    { GITHUB_ACTIONS: "true", GITHUB_REF_TYPE: "branch", GITHUB_REF_NAME: "12/merge", GITHUB_HEAD_REF: "fix-tea" },
    { provider: "github-actions", branch: "fix-tea" },
  ],
  [
    "GitHub Actions, a tag",
    { GITHUB_ACTIONS: "true", GITHUB_REF_TYPE: "tag", GITHUB_REF_NAME: "v2.1.0" },
    { provider: "github-actions", tag: "v2.1.0" },
  ],
  [
    "GitLab",
    {
      GITLAB_CI: "true",
      CI_PIPELINE_ID: "77",
      CI_PIPELINE_URL: "https://gitlab.example/harbor/app/-/pipelines/77",
      CI_JOB_URL: "https://gitlab.example/harbor/app/-/jobs/1",
      CI_COMMIT_SHA: COMMIT,
      CI_COMMIT_BRANCH: "main",
    },
    {
      provider: "gitlab",
      runId: "77",
      runUrl: "https://gitlab.example/harbor/app/-/pipelines/77",
      commit: COMMIT,
      branch: "main",
    },
  ],
  [
    "GitLab, a merge request and a tag",
    { GITLAB_CI: "true", CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "fix-tea", CI_COMMIT_TAG: "v2.1.0" },
    { provider: "gitlab", branch: "fix-tea", tag: "v2.1.0" },
  ],
  [
    "Bitrise",
    {
      BITRISE_IO: "true",
      BITRISE_BUILD_SLUG: "a1b2",
      BITRISE_BUILD_URL: "https://app.bitrise.io/build/a1b2",
      BITRISE_GIT_BRANCH: "main",
      BITRISE_GIT_TAG: "v2.1.0",
      GIT_CLONE_COMMIT_HASH: COMMIT,
      BITRISE_XCARCHIVE_PATH: "/deploy/App.xcarchive",
    },
    {
      provider: "bitrise",
      runId: "a1b2",
      runUrl: "https://app.bitrise.io/build/a1b2",
      commit: COMMIT,
      branch: "main",
      tag: "v2.1.0",
      archive: "/deploy/App.xcarchive",
    },
  ],
  [
    "CircleCI",
    {
      CIRCLECI: "true",
      CIRCLE_WORKFLOW_ID: "w-1",
      CIRCLE_BUILD_NUM: "9",
      CIRCLE_BUILD_URL: "https://circleci.com/gh/harbor/app/9",
      CIRCLE_SHA1: COMMIT,
      CIRCLE_BRANCH: "main",
      CIRCLE_TAG: "v2.1.0",
    },
    {
      provider: "circleci",
      runId: "w-1",
      runUrl: "https://circleci.com/gh/harbor/app/9",
      commit: COMMIT,
      branch: "main",
      tag: "v2.1.0",
    },
  ],
  [
    "Buildkite",
    {
      BUILDKITE: "true",
      BUILDKITE_BUILD_ID: "018f",
      BUILDKITE_BUILD_URL: "https://buildkite.com/harbor/app/builds/4",
      BUILDKITE_COMMIT: COMMIT,
      BUILDKITE_BRANCH: "main",
      BUILDKITE_TAG: "",
    },
    {
      provider: "buildkite",
      runId: "018f",
      runUrl: "https://buildkite.com/harbor/app/builds/4",
      commit: COMMIT,
      branch: "main",
    },
  ],
  ["Buildkite before the checkout", { BUILDKITE: "true", BUILDKITE_COMMIT: "HEAD" }, { provider: "buildkite" }],
  [
    "Jenkins",
    {
      JENKINS_URL: "https://jenkins.example/",
      BUILD_TAG: "jenkins-app-41",
      BUILD_URL: "https://jenkins.example/job/app/41/",
      GIT_COMMIT: COMMIT,
      GIT_BRANCH: "origin/release/2.1",
    },
    {
      provider: "jenkins",
      runId: "jenkins-app-41",
      runUrl: "https://jenkins.example/job/app/41/",
      commit: COMMIT,
      branch: "release/2.1",
    },
  ],
  [
    "Jenkins, a tag in a multibranch job",
    { JENKINS_URL: "https://jenkins.example/", BRANCH_NAME: "v2.1.0", TAG_NAME: "v2.1.0" },
    { provider: "jenkins", tag: "v2.1.0" },
  ],
] as const)("%s", ([, env, expected]) => {
  expect(detectCi(env)).toEqual(expected);
});

test.for([
  ["no CI at all", { PATH: "/bin", CI: "true", CI_COMMIT: COMMIT, BUILD_URL: "https://x.example" }],
  ["a switch that is off", { GITHUB_ACTIONS: "false", GITLAB_CI: "", JENKINS_URL: "" }],
] as const)("%s is none", ([, env]) => {
  expect(detectCi(env)).toBeUndefined();
});
