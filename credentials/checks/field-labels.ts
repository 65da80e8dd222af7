/** The credential's fields as the dialog names them; error messages use the same words. */
export const FIELD_LABELS = {
	grantType: 'Grant Type',
	clientCredentialType: 'Client Authentication',
	privateKey: 'Private Key',
	certificate: 'Certificate',
	serviceAccountKey: 'Service Account Key',
	serviceAccountEmail: 'Service Account Email',
	provider: 'Provider',
	cloud: 'Cloud',
	tenant: 'Tenant',
	deliverVia: 'Deliver Via',
	graphLargeMessages: 'Large Messages',
	graphSharedMailbox: 'Shared Mailbox',
	host: 'SMTP Server',
	port: 'Port',
	sslMode: 'SSL Mode',
	saslMechanism: 'SASL Mechanism',
	caCertificate: 'CA Certificate',
	allowUnauthorizedCerts: 'Allow Unauthorized Certificates',
	ehloName: 'EHLO Name',
	maxConnections: 'Max Connections',
	messagesPerMinute: 'Messages per Minute',
} as const;

export type LabelledField = keyof typeof FIELD_LABELS;
