/** An answer of the stand-in for the Gmail API. */
export interface GmailReply {
	readonly status: number;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
}

/** The names that Google gives to statuses (https://cloud.google.com/apis/design/errors#handling_errors). */
const STATUS_NAMES: Readonly<Record<number, string>> = {
	400: 'INVALID_ARGUMENT',
	401: 'UNAUTHENTICATED',
	403: 'PERMISSION_DENIED',
	404: 'NOT_FOUND',
	413: 'INVALID_ARGUMENT',
	429: 'RESOURCE_EXHAUSTED',
	500: 'INTERNAL',
	503: 'UNAVAILABLE',
};

/**
 * An error in the form of Google's APIs
 * (https://developers.google.com/workspace/gmail/api/guides/handle-errors).
 *
 * @param errorInfo the `reason` of a google.rpc.ErrorInfo among its details
 */
export function gmailError(
	status: number,
	reason: string,
	message: string,
	{
		domain = 'global',
		errorInfo,
		headers,
	}: {
		readonly domain?: string;
		readonly errorInfo?: string;
		readonly headers?: Readonly<Record<string, string>>;
	} = {},
): GmailReply {
	const details =
		errorInfo === undefined
			? {}
			: {
					details: [
						{
							'@type': 'type.googleapis.com/google.rpc.ErrorInfo',
							reason: errorInfo,
							domain: 'googleapis.com',
							metadata: { service: 'gmail.googleapis.com' },
						},
					],
				};
	return {
		status,
		...(headers === undefined ? {} : { headers }),
		body: {
			error: {
				code: status,
				message,
				errors: [{ message, domain, reason }],
				status: STATUS_NAMES[status] ?? 'UNKNOWN',
				...details,
			},
		},
	};
}

/** The Gmail API's refusals in its own words; the same as in test/fixtures/gmail-errors.json. */
export const GMAIL_REFUSALS = {
	noToken: () => gmailError(401, 'required', 'Login Required.', {}),
	invalidToken: () =>
		gmailError(
			401,
			'authError',
			'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
		),
	insufficientScope: () =>
		gmailError(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.', {
			errorInfo: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
		}),
	notEnabled: (project = '123456789012') =>
		gmailError(
			403,
			'accessNotConfigured',
			`Gmail API has not been used in project ${project} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project=${project} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
			{ domain: 'usageLimits', errorInfo: 'SERVICE_DISABLED' },
		),
	delegation: (user: string) => gmailError(403, 'forbidden', `Delegation denied for ${user}`),
	domainPolicy: () =>
		gmailError(403, 'domainPolicy', 'The domain administrators have disabled Gmail apps.'),
	noPayload: () =>
		gmailError(
			400,
			'invalidArgument',
			"'raw' RFC822 payload message string or uploading message via /upload/* URL required",
		),
	noRecipient: () => gmailError(400, 'invalidArgument', 'Recipient address required'),
	badHeader: (name: string) => gmailError(400, 'invalidArgument', `Invalid ${name} header`),
	mailServiceOff: () => gmailError(400, 'failedPrecondition', 'Mail service not enabled'),
	tooLarge: () =>
		gmailError(413, 'uploadTooLarge', 'Request is too large. Maximum size is 36700160 bytes.'),
	concurrent: () => gmailError(429, 'rateLimitExceeded', 'Too many concurrent requests for user.'),
	sendingLimit: (until: string) =>
		gmailError(429, 'rateLimitExceeded', `User-rate limit exceeded.  Retry after ${until}`, {
			domain: 'usageLimits',
		}),
	userRate: () =>
		gmailError(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded', { domain: 'usageLimits' }),
	rate: () =>
		gmailError(403, 'rateLimitExceeded', 'Rate Limit Exceeded', { domain: 'usageLimits' }),
	daily: () =>
		gmailError(403, 'dailyLimitExceeded', 'Daily Limit Exceeded', { domain: 'usageLimits' }),
	backend: () => gmailError(500, 'backendError', 'Backend Error'),
	unavailable: () => gmailError(503, 'backendError', 'The service is currently unavailable.'),
} as const;
