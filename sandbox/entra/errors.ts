import { randomUUID } from 'node:crypto';

/** Why Entra refuses a request. */
export interface EntraRefusal {
	/** HTTP status. */
	readonly status: 400 | 401;
	/** RFC 6749 §5.2, or one of Entra's own. */
	readonly error: string;
	/** The number behind AADSTS. */
	readonly code: number;
	/** What follows `AADSTS<code>: `, word for word. */
	readonly text: string;
}

const CONFIGURED_KEYS = (appId: string): string =>
	`Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${appId}'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/${appId}'`;

const badRequest = (error: string, code: number, text: string): EntraRefusal => ({
	status: 400,
	error,
	code,
	text,
});

const badClient = (code: number, text: string): EntraRefusal => ({
	status: 401,
	error: 'invalid_client',
	code,
	text,
});

/**
 * Entra's answers word for word, from reports of the last years; test/fixtures/oauth-errors.json
 * names the source of most. Others: 90002
 * https://github.com/Azure/azure-cli/issues/24376, 7000215
 * https://github.com/Azure/sap-automation/issues/418, 7000222
 * https://github.com/dotnet/sign/issues/849, 700027
 * https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/8339 and
 * https://github.com/microsoftgraph/msgraph-sdk-php/issues/1585, 700024
 * https://github.com/AzureAD/microsoft-authentication-library-for-java/issues/984, 700023
 * https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/2746, 1002012
 * https://github.com/MicrosoftDocs/azure-docs/issues/99862, the rest
 * https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes.
 */
export const REFUSALS = {
	tenantUnknown: (tenant: string) =>
		badRequest(
			'invalid_request',
			90002,
			`Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
		),
	tenantMalformed: (tenant: string) =>
		badRequest(
			'invalid_request',
			900023,
			`Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
		),
	notMultiTenant: (appId: string, name: string) =>
		badRequest(
			'invalid_request',
			50194,
			`Application '${appId}'(${name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
		),
	applicationUnknown: (appId: string, tenant: string) =>
		badRequest(
			'unauthorized_client',
			700016,
			`Application with identifier '${appId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
		),
	parameterMissing: (name: string) =>
		badRequest(
			'invalid_request',
			900144,
			`The request body must contain the following parameter: '${name}'.`,
		),
	grantUnsupported: (grant: string) =>
		badRequest(
			'unsupported_grant_type',
			70003,
			`The app requested an unsupported grant type '${grant}'.`,
		),
	secretMissing: () =>
		badClient(
			7000218,
			"The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
		),
	secretWrong: (appId: string) =>
		badClient(
			7000215,
			`Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${appId}'.`,
		),
	secretExpired: (appId: string) =>
		badClient(
			7000222,
			`The provided client secret keys for app '${appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
		),
	assertionMalformed: () => badClient(50027, 'JWT token is invalid or malformed.'),
	assertionWithoutThumbprint: () =>
		badClient(50027, 'Invalid JWT token. No certificate thumbprint specified in token header.'),
	certificateUnknown: (appId: string, thumbprint: string) =>
		badClient(
			700027,
			`The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '${thumbprint}', ${CONFIGURED_KEYS(appId)}]. Alternatively, SNI may be configured on the app. Please ensure that client assertion is being sent with the x5c claim in the JWT header using MSAL's WithSendX5C() method so that Azure Active Directory can validate the certificate being used.`,
		),
	certificateExpired: (appId: string, thumbprint: string, period: string) =>
		badClient(
			700027,
			`The certificate with identifier used to sign the client assertion is expired on application. [Reason - The key used is expired., Thumbprint of key used by client: '${thumbprint}', Found key '${period}', ${CONFIGURED_KEYS(appId)}].`,
		),
	signatureWrong: (appId: string, thumbprint: string, period: string) =>
		badClient(
			700027,
			`Client assertion contains an invalid signature. [Reason - Key was found, but use of the key to verify the signature failed., Thumbprint of key used by client: '${thumbprint}', Found key '${period}', ${CONFIGURED_KEYS(appId)}].`,
		),
	assertionOutOfTime: (now: string, from: string, until: string) =>
		badClient(
			700024,
			`Client assertion is not within its valid time range. Current time: ${now}, assertion valid from ${from}, expiry time of assertion ${until}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
		),
	assertionAudience: () =>
		badClient(
			700023,
			'Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .',
		),
	assertionIssuer: () =>
		badClient(
			700021,
			"Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
		),
	scopeWithoutDefault: (scope: string) =>
		badRequest(
			'invalid_scope',
			1002012,
			`The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
		),
	resourceUnknown: (resource: string, tenant: string) =>
		badRequest(
			'invalid_resource',
			500011,
			`The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
		),
	scopesIncompatible: (scope: string) =>
		badRequest(
			'invalid_scope',
			70011,
			`The provided value for the input parameter 'scope' is not valid. One or more scopes in '${scope}' are not compatible with each other.`,
		),
	scopeUnknown: (appId: string, scope: string, resource: string) =>
		badRequest(
			'invalid_client',
			650053,
			`The application '${appId}' asked for scope '${scope}' that doesn't exist on the resource '${resource}'. Contact the app vendor.`,
		),
	notConsented: (appId: string, name: string) =>
		badRequest(
			'invalid_grant',
			65001,
			`The user or administrator has not consented to use the application with ID '${appId}' named '${name}'. Send an interactive authorization request for this user and resource.`,
		),
	codeInvalid: () =>
		badRequest('invalid_grant', 9002313, 'Invalid request. Request is malformed or invalid.'),
	codeRedeemed: () =>
		badRequest(
			'invalid_grant',
			54005,
			'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
		),
	verifierWrong: () =>
		badRequest(
			'invalid_grant',
			501481,
			'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
		),
	refreshTokenInvalid: () =>
		badRequest(
			'invalid_grant',
			70000,
			"The provided value for the input parameter 'refresh_token' or 'assertion' is not valid.",
		),
	refreshTokenRevoked: (issuedAt: string, validFrom: string) =>
		badRequest(
			'invalid_grant',
			50173,
			`The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '${issuedAt}' and the TokensValidFrom date (before which tokens are not valid) for this user is '${validFrom}'.`,
		),
	redirectUriUnknown: (uri: string, appId: string) =>
		badRequest(
			'invalid_request',
			50011,
			`The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the application '${appId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.`,
		),
} as const;

/** The answer's body, as Entra writes it. */
export function refusalBody({ error, code, text }: EntraRefusal, loginHost: string): string {
	const timestamp = `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`;
	const [traceId, correlationId] = [randomUUID(), randomUUID()];
	return JSON.stringify({
		error,
		error_description: `AADSTS${String(code)}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
		error_codes: [code],
		timestamp,
		trace_id: traceId,
		correlation_id: correlationId,
		error_uri: `https://${loginHost}/error?code=${String(code)}`,
	});
}
