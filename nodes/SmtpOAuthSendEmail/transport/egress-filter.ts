import type { LookupFunction } from 'node:net';

/** n8n's egress filter, where the host has one (`getSecureEgressFilter`). */
export interface EgressFilter {
	validateConnectionHost(host: string): { readonly ok: boolean };
	createSecureLookup(): LookupFunction;
}
