// Trusted Types, which the page's Content-Security-Policy asks for: no text becomes HTML, and no address a script's, but
// through a policy. Svelte has one for its templates; addresses of scripts and workers come by here, and have to be the
// site's own.
interface TrustedTypes {
  createPolicy(name: "default", rules: { createScriptURL(address: string): string }): unknown;
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

trustedTypes?.createPolicy("default", {
  createScriptURL(address) {
    if (new URL(address, location.href).origin !== location.origin) throw new TypeError(`no script of this site: ${address}`);
    return address;
  },
});
