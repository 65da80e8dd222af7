import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
	CUSTOM_PROVIDER,
	hasSslModeChoice,
	hasTenant,
	providerIds,
	providerOf,
	PROVIDERS,
	type Provider,
} from '../../../credentials/providers/providers.js';

const rows: [string, Provider][] = Object.entries(PROVIDERS);

describe('the table of providers', () => {
	it('holds the presets of the public contract, in its order', () => {
		expect(providerIds()).toEqual([
			'gmail',
			'microsoft365',
			'outlook',
			'fastmail',
			'yahoo',
			'aol',
			'yandex',
			'mailRu',
			'comcast',
		]);
		expect(providerIds()).not.toContain(CUSTOM_PROVIDER);
	});

	it.each(rows)('%s has its page in docs/providers, which names its hosts and scope', (_, row) => {
		const page = readFileSync(`docs/providers/${row.docsPage}.md`, 'utf8');
		expect(page).toContain(row.smtpHost);
		expect(page).toContain(row.scope);
		expect(page).toContain(row.authorizeUrl);
		expect(page).toContain(row.tokenUrl);
	});

	it.each(rows)('%s has a dated source of each fact', (_, row) => {
		expect(row.sources.length).toBeGreaterThan(0);
		for (const source of row.sources) expect(new URL(source).protocol).toBe('https:');
		expect(row.checkedOn).toMatch(/^20\d\d-\d\d-\d\d$/);
	});

	it.each(rows)('%s is reached over https and answers in at least one SSL mode', (_, row) => {
		for (const url of [row.authorizeUrl, row.tokenUrl]) {
			expect(new URL(url.replace('{tenant}', 'common')).protocol).toBe('https:');
			expect(new URL(url.replace('{tenant}', 'common')).search).toBe('');
		}
		expect([...row.ports.explicit, ...row.ports.implicit].length).toBeGreaterThan(0);
	});

	it.each(rows)('%s has single spaces between its scopes, and no comma', (_, row) => {
		expect(row.scope).toMatch(/^[^\s,]+( [^\s,]+)*$/);
	});

	it.each(rows)('%s tells its trap in plain words, ready for a link behind it', (_, row) => {
		expect(row.notice).toMatch(/\.$/);
		expect(row.notice).not.toMatch(/[<>]/);
	});

	it('leaves no SSL mode to choose where the provider has one', () => {
		expect(providerIds((row) => !hasSslModeChoice(row))).toEqual([
			'microsoft365',
			'outlook',
			'yandex',
			'mailRu',
		]);
	});

	it('asks for a tenant only where the addresses hold one', () => {
		expect(providerIds(hasTenant)).toEqual(['microsoft365']);
	});

	it('knows which authorization servers want PKCE', () => {
		expect(providerIds((row) => row.needsPkce === true)).toEqual([
			'fastmail',
			'yahoo',
			'aol',
			'comcast',
		]);
	});
});

describe('providerOf', () => {
	it('finds a preset', () => {
		expect(providerOf('gmail')?.smtpHost).toBe('smtp.gmail.com');
	});

	it.each(['custom', '', 'Gmail', 'constructor', '__proto__', 'toString'])(
		'finds nothing for %j',
		(id) => {
			expect(providerOf(id)).toBeUndefined();
		},
	);
});
