/** The page of pasted names, among the other pages of the hub. */
export { NamesView as NamesPage } from "../analyze/names-view.tsx";
