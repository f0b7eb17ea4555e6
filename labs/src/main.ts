import "./trust";
// Early: it starts the engine, which loads while the rest is being made.
import "./policy/engine";
import { mount } from "svelte";
import App from "./App.svelte";
import "./theme.css";

const target = document.getElementById("app");
if (!target) throw new Error("the page has no place for the application");
mount(App, { target });

// Without it everything works but the reload without a network. In development there is none to register.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  void navigator.serviceWorker.register("./sw.js");
}
