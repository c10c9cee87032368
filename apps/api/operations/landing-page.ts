/** The page at `/`: what runs here and where to go. Plain HTML and CSS, no script. */
export const LANDING_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Carillon</title>
    <link rel="stylesheet" href="/landing.css" />
  </head>
  <body>
    <main>
      <h1>Carillon</h1>
      <p class="lead">Broadcasts, single messages and one-time passwords over SMS, paid with prepaid points.</p>
      <p>This is the API server of this installation. It is running.</p>
      <ul>
        <li><a href="/docs">API reference</a><span>Every route, with its fields and answers. You can try them there.</span></li>
        <li><a href="/openapi.json">OpenAPI document</a><span>The same for programs and client generators.</span></li>
        <li><a href="/simulator">Carrier simulator</a><span>A page of phones that receive what is sent, where the simulator is enabled.</span></li>
        <li><a href="/readyz">Readiness</a><span>Whether requests are served right now.</span></li>
      </ul>
    </main>
  </body>
</html>
`;

export const LANDING_STYLE = `:root { color-scheme: light dark; --ink: #1c2330; --soft: #5a6475; --line: #dfe3ea; --paper: #fbfbfd; --link: #1f5fbf; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebf1; --soft: #9ba5b7; --line: #2c3442; --paper: #12161e; --link: #86b4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 4rem 1.5rem; }
h1 { margin: 0 0 0.5rem; font-size: 2rem; letter-spacing: -0.02em; }
.lead { margin: 0 0 1.5rem; font-size: 1.125rem; color: var(--soft); }
ul { margin: 2rem 0 0; padding: 0; list-style: none; border-top: 1px solid var(--line); }
li { padding: 0.9rem 0; border-bottom: 1px solid var(--line); }
a { color: var(--link); font-weight: 600; text-underline-offset: 0.2em; }
li span { display: block; color: var(--soft); }
`;
