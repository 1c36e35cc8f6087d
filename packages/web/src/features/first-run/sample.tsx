/** The repo's own sample by one click: taken in, followed through the inbox, and its signature opened. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { followReport } from "../../hub/follow-report.ts";
import { useHub } from "../../hub/hub.ts";
import { Icon } from "../../ui/icon.tsx";
import { problemSentence } from "../../ui/loading.tsx";

export function SampleButton({ primary }: { readonly primary: boolean }) {
  const { client, now } = useHub();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const sample = useMutation({
    mutationFn: async () => {
      const { reportId } = await client.call("loadSample", {});
      return followReport(client, reportId, now);
    },
    onSuccess: async (outcome) => {
      await queryClient.invalidateQueries();
      if (outcome.kind === "done") navigate(outcome.href);
    },
  });
  const outcome = sample.data;
  return (
    <div className="stack stack--8">
      <span className="row">
        <button
          type="button"
          className={primary ? "btn btn--primary" : "btn"}
          disabled={sample.isPending}
          onClick={() => sample.mutate()}
        >
          Load the sample
        </button>
        <span className="note row row--tight" role="status">
          {sample.isPending && (
            <>
              <Icon name="clock" small />
              the report is being read
            </>
          )}
        </span>
      </span>
      {sample.isError && (
        <p className="field-error" role="alert">
          <Icon name="wrong" small />
          {problemSentence(sample.error)}
        </p>
      )}
      {outcome?.kind === "stuck" && (
        <p className="field-error" role="alert">
          <Icon name="wrong" small />
          {outcome.why}
        </p>
      )}
    </div>
  );
}
