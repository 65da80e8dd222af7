import { afterEach, describe, expect, it } from 'vitest';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';

const REGISTRY = Symbol.for('n8n-nodes-smtp-oauth/process-registry/v1');

afterEach(() => {
	Reflect.deleteProperty(globalThis, REGISTRY);
});

describe('the registry', () => {
	it('is the same for everybody', () => {
		expect(processRegistry()).toBe(processRegistry());
	});

	it('goes on with what version 0.1.0 has left in the process, which may still use it', () => {
		const first = {
			refreshes: new Map(),
			mailboxes: new Map(),
			claims: new Map(),
			pendingKeys: new Map(),
		};
		Reflect.set(globalThis, REGISTRY, first);
		const registry = processRegistry();
		expect(registry.mailboxStates).toBeInstanceOf(Map);
		expect(registry).toMatchObject({ mailboxes: first.mailboxes });
		expect(registry.refreshes).toBe(first.refreshes);
		expect(registry.claims).toBe(first.claims);
		expect(registry.pendingKeys).toBe(first.pendingKeys);
		expect(processRegistry()).toBe(registry);
	});

	it('shares its mailboxes with a version that knows nothing of applications', () => {
		const second = {
			refreshes: new Map(),
			claims: new Map(),
			pendingKeys: new Map(),
			mailboxStates: new Map(),
		};
		Reflect.set(globalThis, REGISTRY, second);
		const registry = processRegistry();
		expect(registry.mailboxStates).toBe(second.mailboxStates);
		expect(registry.refreshes).toBe(second.refreshes);
		expect(registry.fetchedTokens).toBeInstanceOf(Map);
		expect(registry.serviceAccountTokens).toBeInstanceOf(Map);
		expect(processRegistry()).toBe(registry);
	});
});
