/** The report as it came, as Apple's text, and on the clipboard. */
import { type ReportDetail, routes, urlOf } from "@windfall/api";
import { useHub } from "../../hub/hub.ts";
import { CopyButton } from "../../ui/copy.tsx";
import { Icon } from "../../ui/icon.tsx";

type Format = ReportDetail["downloads"][number];

/** What the original is called: its extension where it has one. */
const ORIGINAL: Readonly<Record<string, string>> = { ips: ".ips", crash: ".crash" };

export function Downloads({ report }: { readonly report: ReportDetail }) {
  const { client } = useHub();
  const format = report.analysis.report.format;
  const words: Readonly<Record<Format, string>> = {
    original: ORIGINAL[format] ?? "Original",
    crash: "Apple text",
    scrubbed: "Scrubbed",
  };
  const labels: Readonly<Record<Format, string>> = {
    original: `${words.original}: download the report as it came`,
    crash: "Apple text: download as .crash",
    scrubbed: "Scrubbed: download without personal data",
  };
  const textFormat: Format = report.downloads.includes("crash") ? "crash" : "original";
  const text = async () => {
    const response = await client.call("downloadReport", {
      params: { reportId: report.id },
      query: { format: textFormat },
    });
    return response.text();
  };
  return (
    <>
      <span className="btns">
        {report.downloads.map((format, index) => (
          <a
            key={format}
            className="btn"
            href={urlOf(routes.downloadReport, { reportId: report.id }, { format })}
            download
            aria-label={labels[format]}
            title={labels[format]}
          >
            {index === 0 && <Icon name="download" />}
            {words[format]}
          </a>
        ))}
      </span>
      <CopyButton text={text}>Copy as text</CopyButton>
    </>
  );
}
