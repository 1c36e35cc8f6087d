/**
 * Every style sheet, in the order that decides between rules of the same weight: tokens, elements, what all pages are made of, then
 * the features. A page that is loaded later brings none of its own.
 */
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/layout.css";
import "./ui/text.css";
import "./ui/controls.css";
import "./ui/badges.css";
import "./ui/lists.css";
import "./ui/tables.css";
import "./ui/tabs.css";
import "./ui/charts.css";
import "./ui/bars.css";
import "./ui/floating.css";
import "./ui/popup.css";
import "./ui/drop.css";
import "./features/shell/shell.css";
import "./features/shell/help.css";
import "./features/filters/filters.css";
import "./features/filters/calendar.css";
import "./features/stack/stack.css";
import "./features/report/report.css";
import "./features/symbols/symbols.css";
import "./features/settings/auth.css";
import "./analyze/analyze.css";
