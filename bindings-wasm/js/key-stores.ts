// What backs custom key stores: CloudHSM clusters and key managers outside of AWS, set up and broken at will.
import type { Span } from "./clock.js";
import type { Account } from "./principals.js";
import type * as raw from "./wasm/kmslab.js";

/** `ConnectionErrorCode` of clusters. */
export type HsmError =
  | "INTERNAL_ERROR" | "NETWORK_ERRORS" | "INVALID_CREDENTIALS" | "CLUSTER_NOT_FOUND" | "INSUFFICIENT_CLOUDHSM_HSMS"
  | "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET" | "SUBNET_NOT_FOUND" | "USER_LOCKED_OUT" | "USER_LOGGED_IN" | "USER_NOT_FOUND";
/** `ConnectionErrorCode` of external key managers. */
export type XksError =
  | "INTERNAL_ERROR" | "NETWORK_ERRORS" | "INVALID_CREDENTIALS" | "XKS_PROXY_ACCESS_DENIED" | "XKS_PROXY_INVALID_CONFIGURATION"
  | "XKS_PROXY_INVALID_TLS_CONFIGURATION" | "XKS_PROXY_INVALID_RESPONSE" | "XKS_PROXY_NOT_REACHABLE" | "XKS_PROXY_TIMED_OUT"
  | "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND" | "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION";

/** What a cluster is like. */
export interface HsmOptions {
  /** Its id; a new one without it. */
  clusterId?: string | undefined;
  /** The password of `kmsuser`: 7 to 32 characters. */
  password?: string | undefined;
  /** Its trust anchor certificate; one of its own without it. With another's they are related. */
  certificate?: string | undefined;
  /** How many HSMs are active. KMS wants two, which there are without it. */
  hsms?: number | undefined;
  /** Whether it is initialized and active: true without it. */
  active?: boolean | undefined;
  /** How long connecting takes, by the lab's clock: no time without it. AWS takes up to 20 minutes. */
  connectTime?: Span | undefined;
  account?: string | Account | undefined;
  region?: string | undefined;
}

/** What a key manager outside of AWS is like. */
export interface ExternalKeyManagerOptions {
  /** `https://` and a host, at which nothing listens: the lab answers for the proxy. */
  endpoint?: string | undefined;
  /** The path, which ends in `/kms/xks/v1`. */
  path?: string | undefined;
  /** Access key id and secret that the proxy expects of KMS; new ones without them. */
  credential?: readonly [accessKeyId: string, secret: string] | undefined;
  /** The VPC endpoint service that leads to it; a public endpoint without it. */
  vpcEndpointService?: string | undefined;
  /** How long connecting takes, by the lab's clock: no time without it. */
  connectTime?: Span | undefined;
}

abstract class Backend<E extends string> {
  protected readonly core: raw.Lab;
  protected readonly name: string;

  constructor(core: raw.Lab, name: string) {
    this.core = core;
    this.name = name;
  }

  /** Breaks it: connecting fails with this `ConnectionErrorCode`, and keys in it cannot be used. */
  fail(error: E): void {
    this.core.breakBackend(this.name, error);
  }

  /** Mends what `fail` broke. */
  recover(): void {
    this.core.breakBackend(this.name);
  }

  /** Takes it away, as if it had never been. */
  remove(): void {
    this.core.removeBackend(this.name);
  }
}

/** A simulated CloudHSM cluster: `lab.hsm()`. */
export class Hsm extends Backend<HsmError> {
  #password: string;
  /** The trust anchor certificate. A cluster made with another's is related to it. */
  readonly certificate: string;

  /** @internal */
  constructor(core: raw.Lab, id: string, certificate: string, password: string) {
    super(core, id);
    this.certificate = certificate;
    this.#password = password;
  }

  /** `cluster-…` */
  get clusterId(): string {
    return this.name;
  }

  /** What `CreateCustomKeyStore` takes of it. */
  get parameters(): { CloudHsmClusterId: string; TrustAnchorCertificate: string; KeyStorePassword: string } {
    return { CloudHsmClusterId: this.name, TrustAnchorCertificate: this.certificate, KeyStorePassword: this.#password };
  }

  /** Changes the number of active HSMs, whether the cluster is active, the password of `kmsuser`. */
  change({ hsms, active, password }: Pick<HsmOptions, "hsms" | "active" | "password">): void {
    this.core.changeCluster(this.name, hsms, active, password);
    this.#password = password ?? this.#password;
  }
}

/** What `CreateCustomKeyStore` takes of an external key manager. */
export interface ExternalKeyManagerParameters {
  CustomKeyStoreType: "EXTERNAL_KEY_STORE";
  XksProxyConnectivity: "PUBLIC_ENDPOINT" | "VPC_ENDPOINT_SERVICE";
  XksProxyUriEndpoint: string;
  XksProxyUriPath: string;
  XksProxyAuthenticationCredential: { AccessKeyId: string; RawSecretAccessKey: string };
  XksProxyVpcEndpointServiceName?: string;
}

/** A simulated key manager outside of AWS, behind its external key store proxy: `lab.externalKeyManager()`. */
export class ExternalKeyManager extends Backend<XksError> {
  /** What `CreateCustomKeyStore` takes of it. */
  readonly parameters: ExternalKeyManagerParameters;

  /** @internal */
  constructor(core: raw.Lab, parameters: ExternalKeyManagerParameters) {
    super(core, parameters.XksProxyUriEndpoint + parameters.XksProxyUriPath);
    this.parameters = parameters;
  }

  /** Where its proxy is: endpoint and path. */
  get uri(): string {
    return this.name;
  }

  /**
   * Puts a key into it, or changes one, and returns its id. KMS takes keys of the spec `AES_256`, enabled, for `ENCRYPT` and
   * `DECRYPT`. Without `material` a new key is random, and one that is there keeps what it has.
   */
  key(
    id: string,
    options: { spec?: string; enabled?: boolean; usage?: readonly string[]; material?: Uint8Array } = {},
  ): string {
    const { spec = "AES_256", enabled = true, usage = ["ENCRYPT", "DECRYPT"], material } = options;
    this.core.addExternalKey(this.name, id, spec, enabled, [...usage], material);
    return id;
  }

  /** Takes a key out of it: what it has encrypted never opens again. */
  deleteKey(id: string): void {
    this.core.removeExternalKey(this.name, id);
  }
}
