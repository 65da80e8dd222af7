import { NodeHelpers } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { providerIds } from '../../../credentials/providers/providers.js';
import { type, visible } from '../../support/n8n/credential-dialog.js';

const { properties } = type;
const names = properties.map(({ name }) => name);

describe('the fields of the credential', () => {
	it.each(properties.filter(({ displayOptions }) => displayOptions !== undefined))(
		'$name looks only at fields of our own: n8n 1.123 gives up on one that the host lacks',
		({ displayOptions }) => {
			const { show = {}, hide = {} } = displayOptions ?? {};
			const foreign = [...Object.keys(show), ...Object.keys(hide)].filter(
				(name) => !names.includes(name),
			);
			expect(foreign).toEqual([]);
		},
	);
});

describe('a regular expression in the conditions', () => {
	// n8n ends one after 250 ms on the clock, and cannot read the credential then.
	it('is worked out for persons only, and no more once they have connected', () => {
		const withRegex = properties.filter((p) =>
			JSON.stringify(p.displayOptions ?? {}).includes('"regex"'),
		);
		expect(withRegex).not.toEqual([]);
		for (const { displayOptions } of withRegex) {
			expect(JSON.stringify(displayOptions?.show)).not.toContain('"regex"');
			expect(displayOptions?.show?.['grantType']).toEqual(['authorizationCode', 'pkce']);
			expect(Object.entries(displayOptions?.hide ?? {})[0]).toEqual([
				'oauthTokenData',
				[{ _cnd: { exists: true } }],
			]);
		}
	});
});

/** The choices that each provider's transports offer. */
const WAYS = ['graph', 'gmailApi'] as const;

describe('a Deliver Via that was chosen for another provider', () => {
	const withoutChoice = [
		...providerIds(({ transports }) => transports.length === 1),
		'custom',
	].flatMap((provider) => WAYS.map((way) => ({ provider, way })));

	it.each(withoutChoice)('is told of, as it hides fields of $provider: $way', (stored) => {
		const { provider, way } = stored;
		expect(visible({ provider, deliverVia: way })).toContain('leftTransportNotice');
		expect(visible({ provider })).not.toContain('leftTransportNotice');
	});

	it('is dropped when n8n saves the credential', () => {
		const stored = { provider: 'custom', deliverVia: 'gmailApi' };
		const kept = NodeHelpers.getNodeParameters(properties, stored, false, false, null, null);
		expect(kept).not.toHaveProperty('deliverVia');
	});

	it('leaves the note on what an application needs for SMTP', () => {
		const stored = {
			provider: 'microsoft365',
			deliverVia: 'gmailApi',
			grantType: 'clientCredentials',
		};
		expect(visible(stored)).toContain('smtpApplicationNotice');
	});

	it('leaves the note that a cloud has no SMTP with OAuth', () => {
		const stored = { provider: 'microsoft365', deliverVia: 'gmailApi', cloud: 'china' };
		expect(visible(stored)).toContain('cloudNotice');
	});
});
