/** What the path of a file says of what runs there. */

/** Code that is shown, tried or run by hand: no service that strangers reach. */
export const isAside = (path: string): boolean =>
  /(?:^|\/)(?:examples?|samples?|demos?|scripts?|tools?|seeds?|seeders?|fixtures?|e2e|mocks?|__mocks__|benchmarks?|playwright|cypress|storybook|\.storybook|docs?|migrations?|testing|testutils?|test-utils?|cmd\/dev)\/|(?:^|[./_-])(?:seed|mock|example|sample|stories|conftest|dev)\.[a-z]+$/i.test(
    path,
  );

/** Code that runs in a browser or on a phone: it decides nothing for a server. */
export const isInBrowser = (path: string): boolean =>
  /\.(?:vue|svelte|jsx|tsx)$|(?:^|\/)(?:client|frontend|front-end|web-?app|webclient|ui|public|static|browser|mobile|android|ios|components|hooks|composables|stores?|contexts?|views|pages(?!\/api\/))\//i.test(
    path,
  );

/** What a route's path or its handler is called where another service reports what happened there. */
export const HOOK = /(?:^|[/_.:-])(?:web_?hooks?|ipn|inbound)(?:$|[/_.:-])/i;
