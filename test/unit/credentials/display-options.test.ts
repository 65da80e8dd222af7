import { NodeHelpers } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { providerIds } from '../../../credentials/providers/providers.js';
import { property, type, visible } from '../../support/n8n/credential-dialog.js';

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

/** What is shown to fill in; notices left out. */
const fieldsShown = (stored: Record<string, string>): string[] =>
	visible(stored).filter((name) => property(name).type !== 'notice');

/** The choices that each provider's transports offer. */
const WAYS = ['graph', 'gmailApi'] as const;
const OWN: Record<string, string> = { microsoft365: 'graph', gmail: 'gmailApi' };

describe('a Deliver Via that was chosen for another provider', () => {
	it.each(
		[...providerIds(), 'custom'].flatMap((provider) =>
			WAYS.filter((way) => OWN[provider] !== way).map((way) => ({ provider, way })),
		),
	)('hides no field of $provider: $way', ({ provider, way }) => {
		expect(fieldsShown({ provider, deliverVia: way })).toEqual(fieldsShown({ provider }));
	});

	it.each(WAYS)('lets n8n keep what is entered for Custom: %s', (deliverVia) => {
		const entered = { sslMode: 'implicit', port: 2465, ehloName: 'n8n.example.com' };
		const stored = { provider: 'custom', deliverVia, ...entered };
		const kept = NodeHelpers.getNodeParameters(properties, stored, false, false, null, null);
		expect(kept).toMatchObject(entered);
	});

	it('still warns of a port that cannot be right', () => {
		const stored = { provider: 'custom', deliverVia: 'gmailApi', port: 70_000 };
		expect(visible(stored)).toContain('portNotice');
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
