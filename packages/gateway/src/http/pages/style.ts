import { baseStyle } from "./style/base.js";
import { connectStyle } from "./style/connect.js";
import { actionsStyle } from "./style/dashboard-actions.js";
import { activityStyle } from "./style/dashboard-activity.js";
import { appsStyle } from "./style/dashboard-apps.js";
import { connectionsStyle } from "./style/dashboard-connections.js";
import { readinessStyle } from "./style/dashboard-readiness.js";
import { frameStyle } from "./style/frame.js";

/** Where the stylesheet is. */
export const stylePath = "/style.css";

/** The one stylesheet, without what only its readers need. */
export const style: string = [
  baseStyle,
  connectStyle,
  frameStyle,
  connectionsStyle,
  activityStyle,
  appsStyle,
  actionsStyle,
  readinessStyle,
]
  .join("")
  .replaceAll(" { ", "{")
  .replaceAll("; }", "}")
  .trim();
