import { describe, expect, it } from 'vitest';
import { SmtpOAuth2Api } from '../../../credentials/SmtpOAuth2Api.credentials.js';

/**
 * The fields that an end-user credential of n8n takes from its template for everybody: all that the
 * type declares, but for those marked as resolvable. n8n removes them from what it saves and reads
 * for a user (n8n 2.40.7, dynamic-credentials.ee/services/shared-fields.js).
 */
const sharedFields = new SmtpOAuth2Api().properties
	.filter(({ resolvableField }) => resolvableField !== true)
	.map(({ name }) => name);

describe('a credential that each user connects', () => {
	it('keeps the tokens of each user', () => {
		expect(sharedFields).not.toContain('oauthTokenData');
	});

	it.each(['clientId', 'clientSecret', 'provider', 'user', 'host', 'scope'])(
		'has one %s for all',
		(name) => {
			expect(sharedFields).toContain(name);
		},
	);
});
