import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SmtpOAuth2Api } from '../../../credentials/SmtpOAuth2Api.credentials.js';
import { SmtpOAuthSendEmail } from '../../../nodes/SmtpOAuthSendEmail/SmtpOAuthSendEmail.node.js';
import { manifest, PROJECT, readProjectJson } from '../../package/manifest.js';

/** n8n's documentation, "Codex files": any other word puts the node into no category at all. */
const CATEGORIES = [
	'Data & Storage',
	'Finance & Accounting',
	'Marketing & Content',
	'Productivity',
	'Miscellaneous',
	'Sales',
	'Development',
	'Analytics',
	'Communication',
	'Utility',
	// Where n8n lists nodes that wait for a person.
	'HITL',
];

interface Codex {
	node: string;
	nodeVersion: string;
	codexVersion: string;
	categories: string[];
	subcategories: Record<string, string[]>;
	alias: string[];
	resources: Record<'primaryDocumentation' | 'credentialDocumentation', { url: string }[]>;
}

const codex = readProjectJson('nodes/SmtpOAuthSendEmail/SmtpOAuthSendEmail.node.json') as Codex;
const { description } = new SmtpOAuthSendEmail();
const { primaryDocumentation, credentialDocumentation } = codex.resources;

describe('the codex file', () => {
	it('names the node and its version as the class does', () => {
		expect(codex.node).toBe(`${manifest.name}.${description.name}`);
		const versions = [description.version].flat();
		expect(Number(codex.nodeVersion)).toBe(Math.max(...versions));
		expect(codex.codexVersion).toBe('1.0');
	});

	it('puts the node into categories that n8n has', () => {
		expect(codex.categories).toContain('Communication');
		expect(codex.categories.filter((category) => !CATEGORIES.includes(category))).toEqual([]);
	});

	it('lists the node among those with a human in the loop', () => {
		expect(codex.subcategories).toEqual({ HITL: ['Human in the Loop'] });
	});

	it('lets the node be found by the words people type', () => {
		for (const word of ['smtp', 'oauth', 'xoauth2', 'gmail', 'office 365', 'mail', 'alert']) {
			expect(codex.alias).toContain(word);
		}
		expect(new Set(codex.alias).size).toBe(codex.alias.length);
	});

	it('leads to the same page about the credential as the credential itself', () => {
		expect(credentialDocumentation).toEqual([{ url: new SmtpOAuth2Api().documentationUrl }]);
	});

	it('links only to pages that this repository has', () => {
		const repository = manifest.homepage.replace(/#.*$/, '');
		for (const { url } of [...primaryDocumentation, ...credentialDocumentation]) {
			expect(url.startsWith(`${repository}/blob/main/`), url).toBe(true);
			const page = url.slice(`${repository}/blob/main/`.length).replace(/#.*$/, '');
			expect(existsSync(path.join(PROJECT, page)), page).toBe(true);
		}
	});
});
