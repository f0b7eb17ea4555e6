/** Where Pyodide's folder is in the site, relative to the page; empty where the site has none. vite.config.ts sets it. */
declare const __PYODIDE__: string;
