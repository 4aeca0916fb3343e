import "./without-eval.ts";
import "./style/tokens.css";
import "./style/controls.css";
import "./style/layout.css";
import "./style/panels.css";
import "./style/account.css";
import "./style/dialog.css";
import { render } from "preact";
import { App } from "./app.tsx";

render(<App />, document.body);
