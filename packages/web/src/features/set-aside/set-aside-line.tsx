/** In the settings: how many uploads are set aside, and the way there. */
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "wouter";
import { useHub } from "../../hub/hub.ts";
import { setAsideQuery } from "../../hub/queries.ts";
import { plural } from "../../ui/numbers.ts";

export function SetAsideLine() {
  const { client } = useHub();
  const search = useSearch();
  const total = useQuery(setAsideQuery(client, 0)).data?.total;
  return (
    <section className="section section--line" aria-labelledby="set-aside-line">
      <div className="section__head">
        <h2 id="set-aside-line">Set-aside uploads</h2>
        <span className="note">accepted and kept, but not readable</span>
      </div>
      <p className="sub">
        {total !== undefined && total > 0 ? `${plural(total, "upload")} could not be read. ` : ""}
        {total === 0 ? "None. " : ""}
        <Link className="link" href={`/set-aside${search === "" ? "" : `?${search}`}`}>
          Show the list
        </Link>
      </p>
    </section>
  );
}
