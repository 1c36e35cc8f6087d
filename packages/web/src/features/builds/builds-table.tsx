/** Builds, latest upload first: where each came from, and when its first report arrived. */
import { ciName, type Build } from "@windfall/api";
import { useState } from "react";
import { Link } from "wouter";
import { Icon } from "../../ui/icon.tsx";
import { Ago } from "../../ui/time.tsx";
import { visible } from "../../ui/visible-text.ts";

const SHOWN = 50;
const COMMIT_LENGTH = 10;

export interface BuildsTableProps {
  readonly appId: string;
  readonly builds: readonly Build[];
  /** Of processes other than the app itself. */
  readonly processName: (appId: string) => string | undefined;
}

export function BuildsTable({ appId, builds, processName }: BuildsTableProps) {
  const [all, setAll] = useState(false);
  const shown = all ? builds : builds.slice(0, SHOWN);
  return (
    <div className="table-wrap">
      <table className="table" aria-label="Builds">
        <thead>
          <tr>
            <th scope="col">Build</th>
            <th scope="col">Uploaded</th>
            <th scope="col">Source</th>
            <th scope="col">Made by</th>
            <th scope="col">Channel</th>
            <th scope="col">First report</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((build) => (
            <tr key={`${build.appId}/${build.version}/${build.build}`}>
              <th scope="row" className="m-lead">
                <Link className="title" href={crashesOf(appId, build)} title="Crashes of this build">
                  {visible(build.version) || "unknown"}
                </Link>{" "}
                <small>{`(${visible(build.build) || "–"})`}</small>
                {processName(build.appId) !== undefined && (
                  <small>{` ${visible(processName(build.appId) ?? "")}`}</small>
                )}
              </th>
              <td className="m-end nowrap">
                {build.uploadedAt === null ? (
                  <span className="muted" title="Nobody registered it: windfall ci register">
                    not registered
                  </span>
                ) : (
                  <Ago time={build.uploadedAt} />
                )}
              </td>
              <td className={(build.tag ?? build.branch ?? build.commit) === null ? "m-hide" : "m-meta wrap-any"}>
                <Source build={build} />
              </td>
              <td className={build.ciProvider === null ? "m-hide" : "m-meta"}>
                <CiRun build={build} />
              </td>
              <td className={build.channel === null ? "m-hide" : "m-meta"}>
                {build.channel === null ? <span className="muted">–</span> : visible(build.channel)}
              </td>
              <td className="m-meta nowrap" data-l="First report">
                {build.firstSeen === null ? <span className="muted">none yet</span> : <Ago time={build.firstSeen} />}
              </td>
            </tr>
          ))}
          {shown.length < builds.length && (
            <tr className="total">
              <td colSpan={6}>
                <button type="button" className="plain muted" onClick={() => setAll(true)}>
                  {`Older (${builds.length - shown.length})`}
                </button>
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function crashesOf(appId: string, { version, build }: Build): string {
  const params = new URLSearchParams();
  if (version !== "") params.set("version", version);
  if (build !== "") params.set("build", build);
  return `/apps/${appId}?${params.toString()}`;
}

function Source({ build: { tag, branch, commit } }: { readonly build: Build }) {
  const name = tag ?? branch;
  if (name === null && commit === null) return <span className="muted">–</span>;
  return (
    <>
      {name !== null && <span title={tag === null ? "Branch" : "Tag"}>{visible(name)}</span>}
      {name !== null && commit !== null && " "}
      {commit !== null && <code title={visible(commit)}>{visible(commit.slice(0, COMMIT_LENGTH))}</code>}
    </>
  );
}

function CiRun({ build: { ciProvider, ciRunId, ciRunUrl } }: { readonly build: Build }) {
  if (ciProvider === null) return <span className="muted">–</span>;
  const name = visible(ciName(ciProvider));
  const title = ciRunId === null ? undefined : `Run ${visible(ciRunId)}`;
  if (ciRunUrl === null || !/^https?:/i.test(ciRunUrl)) return <span title={title}>{name}</span>;
  return (
    <a className="link row row--tight row--keep" href={ciRunUrl} title={title} rel="noreferrer" target="_blank">
      {name}
      <Icon name="link" small />
    </a>
  );
}
