//! The fields of certificates: names, labels and kinds, a module for each protocol that tshark gives them to.

pub mod af {
    use super::super::values::*;
    use crate::dissect::field::Kind;
    use crate::fields;

    fields! {
        ALGORITHM_ID = "x509af.algorithm.id", "Algorithm Id", kind(Kind::Oid);
        EXTENSION_ID = "x509af.extension.id", "Extension Id", kind(Kind::Oid);
        DSS_PARAMS_TYPE = "x509af.DSS_Params_element", "DSS-Params", none();
        SIGNED_CERTIFICATE = "x509af.signedCertificate_element", "signedCertificate", none();
        VERSION = "x509af.version", "version", int(32).values(VERSION_NAMES);
        SERIAL_NUMBER = "x509af.serialNumber", "serialNumber", bytes();
        SIGNATURE = "x509af.signature_element", "signature", none();
        ISSUER = "x509af.issuer", "issuer", uint(32).values(ISSUER_NAMES);
        VALIDITY = "x509af.validity_element", "validity", none();
        SUBJECT = "x509af.subject", "subject", uint(32).values(SUBJECT_NAMES);
        SUBJECT_PUBLIC_KEY_INFO = "x509af.subjectPublicKeyInfo_element", "subjectPublicKeyInfo", none();
        ISSUER_UNIQUE_IDENTIFIER = "x509af.issuerUniqueIdentifier", "issuerUniqueIdentifier", bytes();
        SUBJECT_UNIQUE_IDENTIFIER = "x509af.subjectUniqueIdentifier", "subjectUniqueIdentifier", bytes();
        EXTENSIONS = "x509af.extensions", "extensions", uint(32);
        ALGORITHM_IDENTIFIER = "x509af.algorithmIdentifier_element", "algorithmIdentifier", none();
        ENCRYPTED = "x509af.encrypted", "encrypted", bytes();
        RDN_SEQUENCE = "x509af.rdnSequence", "rdnSequence", uint(32);
        NOT_BEFORE = "x509af.notBefore", "notBefore", uint(32).values(NOT_BEFORE_NAMES);
        NOT_AFTER = "x509af.notAfter", "notAfter", uint(32).values(NOT_BEFORE_NAMES);
        ALGORITHM = "x509af.algorithm_element", "algorithm", none();
        SUBJECT_PUBLIC_KEY = "x509af.subjectPublicKey", "subjectPublicKey", bytes();
        UTC_TIME = "x509af.utcTime", "utcTime", string();
        GENERALIZED_TIME = "x509af.generalizedTime", "generalizedTime", time();
        EXTENSION_TYPE = "x509af.Extension_element", "Extension", none();
        CRITICAL = "x509af.critical", "critical", boolean();
        P = "x509af.p", "p", bytes();
        Q = "x509af.q", "q", bytes();
        G = "x509af.g", "g", bytes();
    }
}

pub mod distinguished {
    use crate::dissect::field::Kind;
    use crate::fields;

    fields! {
        OID = "x509if.oid", "Object Id", kind(Kind::Oid);
        RDN_SEQUENCE = "x509if.rdnSequence", "rdnSequence", uint(32);
        RDN_SEQUENCE_ITEM_TYPE = "x509if.RDNSequence_item", "RDNSequence item", uint(32);
        RELATIVE_DISTINGUISHED_NAME_ITEM_TYPE = "x509if.RelativeDistinguishedName_item_element", "RelativeDistinguishedName item", none();
    }
}

pub mod sat {
    use super::super::values::*;
    use crate::fields;

    fields! {
        DIRECTORY_STRING_TYPE = "x509sat.DirectoryString", "DirectoryString", uint(32).values(DIRECTORY_STRING_NAMES);
        UNIQUE_IDENTIFIER_TYPE = "x509sat.UniqueIdentifier", "UniqueIdentifier", bytes();
        COUNTRY_NAME_TYPE = "x509sat.CountryName", "CountryName", string();
        TELEPHONE_NUMBER_TYPE = "x509sat.TelephoneNumber", "TelephoneNumber", string();
        INTEGER_TYPE = "x509sat.Integer", "Integer", int(32);
        PRINTABLE_STRING_TYPE = "x509sat.PrintableString", "PrintableString", string();
        IA5_STRING_TYPE = "x509sat.IA5String", "IA5String", string();
        BMP_STRING_TYPE = "x509sat.BMPString", "BMPString", string();
        UTF8_STRING_TYPE = "x509sat.UTF8String", "UTF8String", string();
        TELETEX_STRING = "x509sat.teletexString", "teletexString", string();
        PRINTABLE_STRING = "x509sat.printableString", "printableString", string();
        UNIVERSAL_STRING = "x509sat.universalString", "universalString", string();
        BMP_STRING = "x509sat.bmpString", "bmpString", string();
        UTF8_STRING = "x509sat.uTF8String", "uTF8String", string();
    }
}

pub mod ce {
    use super::super::values::*;
    use crate::dissect::field::Kind;
    use crate::fields;

    fields! {
        ID_CE_INVALIDITY_DATE = "x509ce.id_ce_invalidityDate", "invalidityDate", time();
        ID = "x509ce.id", "Id", kind(Kind::Oid);
        IP_ADDRESS_IPV4 = "x509ce.IPAddress.ipv4", "iPAddress", ipv4();
        IP_ADDRESS_IPV6 = "x509ce.IPAddress.ipv6", "iPAddress", ipv6();
        AUTHORITY_KEY_IDENTIFIER_TYPE = "x509ce.AuthorityKeyIdentifier_element", "AuthorityKeyIdentifier", none();
        SUBJECT_KEY_IDENTIFIER_TYPE = "x509ce.SubjectKeyIdentifier", "SubjectKeyIdentifier", bytes();
        KEY_USAGE_TYPE = "x509ce.KeyUsage", "KeyUsage", bytes();
        KEY_PURPOSE_IDS_TYPE = "x509ce.KeyPurposeIDs", "KeyPurposeIDs", uint(32);
        PRIVATE_KEY_USAGE_PERIOD_TYPE = "x509ce.PrivateKeyUsagePeriod_element", "PrivateKeyUsagePeriod", none();
        CERTIFICATE_POLICIES_TYPE = "x509ce.CertificatePoliciesSyntax", "CertificatePoliciesSyntax", uint(32);
        POLICY_MAPPINGS_TYPE = "x509ce.PolicyMappingsSyntax", "PolicyMappingsSyntax", uint(32);
        GENERAL_NAMES_TYPE = "x509ce.GeneralNames", "GeneralNames", uint(32);
        BASIC_CONSTRAINTS_TYPE = "x509ce.BasicConstraintsSyntax_element", "BasicConstraintsSyntax", none();
        NAME_CONSTRAINTS_TYPE = "x509ce.NameConstraintsSyntax_element", "NameConstraintsSyntax", none();
        POLICY_CONSTRAINTS_TYPE = "x509ce.PolicyConstraintsSyntax_element", "PolicyConstraintsSyntax", none();
        SKIP_CERTS_TYPE = "x509ce.SkipCerts", "SkipCerts", uint(64);
        CRL_NUMBER_TYPE = "x509ce.CRLNumber", "CRLNumber", uint(64);
        CRL_REASON_TYPE = "x509ce.CRLReason", "CRLReason", uint(32).values(CRL_REASON_NAMES);
        CRL_DIST_POINTS_TYPE = "x509ce.CRLDistPointsSyntax", "CRLDistPointsSyntax", uint(32);
        ISSUING_DIST_POINT_TYPE = "x509ce.IssuingDistPointSyntax_element", "IssuingDistPointSyntax", none();
        CERTIFICATE_TEMPLATE_TYPE = "x509ce.CertificateTemplate_element", "CertificateTemplate", none();
        ENTRUST_VERSION_INFO_TYPE = "x509ce.EntrustVersionInfo_element", "EntrustVersionInfo", none();
        KEY_IDENTIFIER = "x509ce.keyIdentifier", "keyIdentifier", bytes();
        AUTHORITY_CERT_ISSUER = "x509ce.authorityCertIssuer", "authorityCertIssuer", uint(32);
        AUTHORITY_CERT_SERIAL_NUMBER = "x509ce.authorityCertSerialNumber", "authorityCertSerialNumber", bytes();
        KEY_PURPOSE_ID_TYPE = "x509ce.KeyPurposeId", "KeyPurposeId", kind(Kind::Oid);
        NOT_BEFORE = "x509ce.notBefore", "notBefore", time();
        NOT_AFTER = "x509ce.notAfter", "notAfter", time();
        POLICY_INFORMATION_TYPE = "x509ce.PolicyInformation_element", "PolicyInformation", none();
        POLICY_IDENTIFIER = "x509ce.policyIdentifier", "policyIdentifier", kind(Kind::Oid);
        POLICY_QUALIFIERS = "x509ce.policyQualifiers", "policyQualifiers", uint(32);
        POLICY_QUALIFIER_INFO_TYPE = "x509ce.PolicyQualifierInfo_element", "PolicyQualifierInfo", none();
        POLICY_MAPPINGS_ITEM_TYPE = "x509ce.PolicyMappingsSyntax_item_element", "PolicyMappingsSyntax item", none();
        ISSUER_DOMAIN_POLICY = "x509ce.issuerDomainPolicy", "issuerDomainPolicy", kind(Kind::Oid);
        SUBJECT_DOMAIN_POLICY = "x509ce.subjectDomainPolicy", "subjectDomainPolicy", kind(Kind::Oid);
        GENERAL_NAME_TYPE = "x509ce.GeneralName", "GeneralName", uint(32).values(GENERAL_NAME_NAMES);
        OTHER_NAME = "x509ce.otherName_element", "otherName", none();
        RFC822_NAME = "x509ce.rfc822Name", "rfc822Name", string();
        DNS_NAME = "x509ce.dNSName", "dNSName", string();
        X400_ADDRESS = "x509ce.x400Address_element", "x400Address", none();
        DIRECTORY_NAME = "x509ce.directoryName", "directoryName", uint(32).values(ISSUER_NAMES);
        EDI_PARTY_NAME = "x509ce.ediPartyName_element", "ediPartyName", none();
        UNIFORM_RESOURCE_IDENTIFIER = "x509ce.uniformResourceIdentifier", "uniformResourceIdentifier", string();
        IP_ADDRESS = "x509ce.iPAddress", "iPAddress", bytes();
        REGISTERED_ID = "x509ce.registeredID", "registeredID", kind(Kind::Oid);
        TYPE_ID = "x509ce.type_id", "type-id", kind(Kind::Oid);
        CA = "x509ce.cA", "cA", boolean();
        PATH_LEN_CONSTRAINT = "x509ce.pathLenConstraint", "pathLenConstraint", uint(64);
        PERMITTED_SUBTREES = "x509ce.permittedSubtrees", "permittedSubtrees", uint(32);
        EXCLUDED_SUBTREES = "x509ce.excludedSubtrees", "excludedSubtrees", uint(32);
        GENERAL_SUBTREE_TYPE = "x509ce.GeneralSubtree_element", "GeneralSubtree", none();
        BASE = "x509ce.base", "base", uint(32).values(GENERAL_NAME_NAMES);
        MINIMUM = "x509ce.minimum", "minimum", uint(64);
        MAXIMUM = "x509ce.maximum", "maximum", uint(64);
        REQUIRE_EXPLICIT_POLICY = "x509ce.requireExplicitPolicy", "requireExplicitPolicy", uint(64);
        INHIBIT_POLICY_MAPPING = "x509ce.inhibitPolicyMapping", "inhibitPolicyMapping", uint(64);
        DISTRIBUTION_POINT = "x509ce.distributionPoint", "distributionPoint", uint(32).values(DISTRIBUTION_POINT_NAMES);
        ONLY_SOME_REASONS = "x509ce.onlySomeReasons", "onlySomeReasons", bytes();
        DISTRIBUTION_POINT_TYPE = "x509ce.DistributionPoint_element", "DistributionPoint", none();
        REASONS = "x509ce.reasons", "reasons", bytes();
        CRL_ISSUER = "x509ce.cRLIssuer", "cRLIssuer", uint(32);
        FULL_NAME = "x509ce.fullName", "fullName", uint(32);
        NAME_RELATIVE_TO_CRL_ISSUER = "x509ce.nameRelativeToCRLIssuer", "nameRelativeToCRLIssuer", uint(32);
        ONLY_CONTAINS_USER_PUBLIC_KEY_CERTS = "x509ce.onlyContainsUserPublicKeyCerts", "onlyContainsUserPublicKeyCerts", boolean();
        ONLY_CONTAINS_CA_CERTS = "x509ce.onlyContainsCACerts", "onlyContainsCACerts", boolean();
        INDIRECT_CRL = "x509ce.indirectCRL", "indirectCRL", boolean();
        TEMPLATE_ID = "x509ce.templateID", "templateID", kind(Kind::Oid);
        TEMPLATE_MAJOR_VERSION = "x509ce.templateMajorVersion", "templateMajorVersion", int(32);
        TEMPLATE_MINOR_VERSION = "x509ce.templateMinorVersion", "templateMinorVersion", int(32);
        ENTRUST_VERS = "x509ce.entrustVers", "entrustVers", string();
        ENTRUST_VERS_INFO_FLAGS = "x509ce.entrustVersInfoFlags", "entrustVersInfoFlags", bytes();
        KEY_USAGE_DIGITAL_SIGNATURE = "x509ce.KeyUsage.digitalSignature", "digitalSignature", boolean().mask(0x80);
        KEY_USAGE_CONTENT_COMMITMENT = "x509ce.KeyUsage.contentCommitment", "contentCommitment", boolean().mask(0x40);
        KEY_USAGE_KEY_ENCIPHERMENT = "x509ce.KeyUsage.keyEncipherment", "keyEncipherment", boolean().mask(0x20);
        KEY_USAGE_DATA_ENCIPHERMENT = "x509ce.KeyUsage.dataEncipherment", "dataEncipherment", boolean().mask(0x10);
        KEY_USAGE_KEY_AGREEMENT = "x509ce.KeyUsage.keyAgreement", "keyAgreement", boolean().mask(0x08);
        KEY_USAGE_KEY_CERT_SIGN = "x509ce.KeyUsage.keyCertSign", "keyCertSign", boolean().mask(0x04);
        KEY_USAGE_CRL_SIGN = "x509ce.KeyUsage.cRLSign", "cRLSign", boolean().mask(0x02);
        KEY_USAGE_ENCIPHER_ONLY = "x509ce.KeyUsage.encipherOnly", "encipherOnly", boolean().mask(0x01);
        KEY_USAGE_DECIPHER_ONLY = "x509ce.KeyUsage.decipherOnly", "decipherOnly", boolean().mask(0x80);
        REASON_FLAGS_UNUSED = "x509ce.ReasonFlags.unused", "unused", boolean().mask(0x80);
        REASON_FLAGS_KEY_COMPROMISE = "x509ce.ReasonFlags.keyCompromise", "keyCompromise", boolean().mask(0x40);
        REASON_FLAGS_CA_COMPROMISE = "x509ce.ReasonFlags.cACompromise", "cACompromise", boolean().mask(0x20);
        REASON_FLAGS_AFFILIATION_CHANGED = "x509ce.ReasonFlags.affiliationChanged", "affiliationChanged", boolean().mask(0x10);
        REASON_FLAGS_SUPERSEDED = "x509ce.ReasonFlags.superseded", "superseded", boolean().mask(0x08);
        REASON_FLAGS_CESSATION_OF_OPERATION = "x509ce.ReasonFlags.cessationOfOperation", "cessationOfOperation", boolean().mask(0x04);
        REASON_FLAGS_CERTIFICATE_HOLD = "x509ce.ReasonFlags.certificateHold", "certificateHold", boolean().mask(0x02);
        REASON_FLAGS_PRIVILEGE_WITHDRAWN = "x509ce.ReasonFlags.privilegeWithdrawn", "privilegeWithdrawn", boolean().mask(0x01);
        REASON_FLAGS_AA_COMPROMISE = "x509ce.ReasonFlags.aACompromise", "aACompromise", boolean().mask(0x80);
        ENTRUST_INFO_FLAGS_KEY_UPDATE_ALLOWED = "x509ce.EntrustInfoFlags.keyUpdateAllowed", "keyUpdateAllowed", boolean().mask(0x80);
        ENTRUST_INFO_FLAGS_NEW_EXTENSIONS = "x509ce.EntrustInfoFlags.newExtensions", "newExtensions", boolean().mask(0x40);
        ENTRUST_INFO_FLAGS_PKIX_CERTIFICATE = "x509ce.EntrustInfoFlags.pKIXCertificate", "pKIXCertificate", boolean().mask(0x20);
        ENTRUST_INFO_FLAGS_ENTERPRISE_CATEGORY = "x509ce.EntrustInfoFlags.enterpriseCategory", "enterpriseCategory", boolean().mask(0x10);
        ENTRUST_INFO_FLAGS_WEB_CATEGORY = "x509ce.EntrustInfoFlags.webCategory", "webCategory", boolean().mask(0x08);
        ENTRUST_INFO_FLAGS_SET_CATEGORY = "x509ce.EntrustInfoFlags.sETCategory", "sETCategory", boolean().mask(0x04);
    }
}

pub mod explicit {
    
    use crate::fields;

    fields! {
        DIRECTORY_STRING_TYPE = "pkix1explicit.DirectoryString", "DirectoryString", string();
        FEATURES_TYPE = "pkix1explicit.Features", "Features", uint(32);
        FEATURES_ITEM_TYPE = "pkix1explicit.Features_item", "Features item", uint(16).values(crate::dissect::protocols::tls::values::EXTENSIONS);
    }
}

pub mod implicit {
    use super::super::values::*;
    use crate::dissect::field::Kind;
    use crate::fields;

    fields! {
        AUTHORITY_INFO_ACCESS_TYPE = "pkix1implicit.AuthorityInfoAccessSyntax", "AuthorityInfoAccessSyntax", uint(32);
        USER_NOTICE_TYPE = "pkix1implicit.UserNotice_element", "UserNotice", none();
        ACCESS_DESCRIPTION_TYPE = "pkix1implicit.AccessDescription_element", "AccessDescription", none();
        ACCESS_METHOD = "pkix1implicit.accessMethod", "accessMethod", kind(Kind::Oid);
        ACCESS_LOCATION = "pkix1implicit.accessLocation", "accessLocation", uint(32);
        NOTICE_REF = "pkix1implicit.noticeRef_element", "noticeRef", none();
        EXPLICIT_TEXT = "pkix1implicit.explicitText", "explicitText", uint(32).values(EXPLICIT_TEXT_NAMES);
        ORGANIZATION = "pkix1implicit.organization", "organization", uint(32).values(EXPLICIT_TEXT_NAMES);
        NOTICE_NUMBERS = "pkix1implicit.noticeNumbers", "noticeNumbers", uint(32);
        NOTICE_NUMBERS_ITEM = "pkix1implicit.noticeNumbers_item", "noticeNumbers item", int(32);
        IA5_STRING = "pkix1implicit.ia5String", "ia5String", string();
        VISIBLE_STRING = "pkix1implicit.visibleString", "visibleString", string();
        BMP_STRING = "pkix1implicit.bmpString", "bmpString", string();
        UTF8_STRING = "pkix1implicit.utf8String", "utf8String", string();
    }
}

pub mod proxy {
    use crate::dissect::field::Kind;
    use crate::fields;

    fields! {
        PROXY_CERT_INFO_EXTENSION_TYPE = "pkixproxy.ProxyCertInfoExtension_element", "ProxyCertInfoExtension", none();
        PC_PATH_LEN_CONSTRAINT = "pkixproxy.pCPathLenConstraint", "pCPathLenConstraint", int(32);
        PROXY_POLICY = "pkixproxy.proxyPolicy_element", "proxyPolicy", none();
        POLICY_LANGUAGE = "pkixproxy.policyLanguage", "policyLanguage", kind(Kind::Oid);
        POLICY = "pkixproxy.policy", "policy", bytes();
    }
}

pub mod pkcs1 {
    use super::super::values::*;
    use crate::dissect::field::Kind;
    use crate::fields;

    fields! {
        RSASSA_PSS_PARAMS_TYPE = "pkcs1.RSASSA_PSS_params_element", "RSASSA-PSS-params", none();
        EC_PARAMETERS_TYPE = "pkcs1.ECParameters", "ECParameters", uint(32).values(EC_PARAMETERS_NAMES);
        MODULUS = "pkcs1.modulus", "modulus", bytes();
        PUBLIC_EXPONENT = "pkcs1.publicExponent", "publicExponent", int(32);
        HASH_ALGORITHM = "pkcs1.hashAlgorithm_element", "hashAlgorithm", none();
        MASK_GEN_ALGORITHM = "pkcs1.maskGenAlgorithm_element", "maskGenAlgorithm", none();
        SALT_LENGTH = "pkcs1.saltLength", "saltLength", int(32);
        TRAILER_FIELD = "pkcs1.trailerField", "trailerField", int(32);
        SPECIFIED_CURVE = "pkcs1.specifiedCurve_element", "specifiedCurve", none();
        NAMED_CURVE = "pkcs1.namedCurve", "namedCurve", kind(Kind::Oid);
    }
}

pub mod netscape {
    use crate::fields;

    fields! {
        BASE_URL_TYPE = "ns_cert_exts.BaseUrl", "BaseUrl", string();
        REVOCATION_URL_TYPE = "ns_cert_exts.RevocationUrl", "RevocationUrl", string();
        CA_REVOCATION_URL_TYPE = "ns_cert_exts.CaRevocationUrl", "CaRevocationUrl", string();
        CA_POLICY_URL_TYPE = "ns_cert_exts.CaPolicyUrl", "CaPolicyUrl", string();
        COMMENT_TYPE = "ns_cert_exts.Comment", "Comment", string();
        SSL_SERVER_NAME_TYPE = "ns_cert_exts.SslServerName", "SslServerName", string();
        CERT_RENEWAL_URL_TYPE = "ns_cert_exts.CertRenewalUrl", "CertRenewalUrl", string();
        CERT_TYPE_TYPE = "ns_cert_exts.CertType", "CertType", bytes();
        CERT_TYPE_SSL_CLIENT = "ns.cert.exts.CertType.ssl.client", "ssl-client", boolean().mask(0x80);
        CERT_TYPE_SSL_SERVER = "ns.cert.exts.CertType.ssl.server", "ssl-server", boolean().mask(0x40);
        CERT_TYPE_SMIME = "ns.cert.exts.CertType.smime", "smime", boolean().mask(0x20);
        CERT_TYPE_OBJECT_SIGNING = "ns.cert.exts.CertType.object.signing", "object-signing", boolean().mask(0x10);
        CERT_TYPE_RESERVED_FOR_FUTURE_USE = "ns.cert.exts.CertType.reserved.for.future.use", "reserved-for-future-use", boolean().mask(0x08);
        CERT_TYPE_SSL_CA = "ns.cert.exts.CertType.ssl.ca", "ssl-ca", boolean().mask(0x04);
        CERT_TYPE_SMIME_CA = "ns.cert.exts.CertType.smime.ca", "smime-ca", boolean().mask(0x02);
        CERT_TYPE_OBJECT_SIGNING_CA = "ns.cert.exts.CertType.object.signing.ca", "object-signing-ca", boolean().mask(0x01);
    }
}

pub mod logotype {
    use super::super::values::*;
    use crate::fields;

    fields! {
        LOGOTYPE_EXTN_TYPE = "logotypecertextn.LogotypeExtn_element", "LogotypeExtn", none();
        COMMUNITY_LOGOS = "logotypecertextn.communityLogos", "communityLogos", uint(32);
        LOGOTYPE_INFO_TYPE = "logotypecertextn.LogotypeInfo", "LogotypeInfo", uint(32).values(LOGOTYPE_INFO_NAMES);
        ISSUER_LOGO = "logotypecertextn.issuerLogo", "issuerLogo", uint(32).values(LOGOTYPE_INFO_NAMES);
        SUBJECT_LOGO = "logotypecertextn.subjectLogo", "subjectLogo", uint(32).values(LOGOTYPE_INFO_NAMES);
        DIRECT = "logotypecertextn.direct_element", "direct", none();
        INDIRECT = "logotypecertextn.indirect_element", "indirect", none();
        IMAGE = "logotypecertextn.image", "image", uint(32);
        LOGOTYPE_IMAGE_TYPE = "logotypecertextn.LogotypeImage_element", "LogotypeImage", none();
        IMAGE_DETAILS = "logotypecertextn.imageDetails_element", "imageDetails", none();
        MEDIA_TYPE = "logotypecertextn.mediaType", "mediaType", string();
        LOGOTYPE_HASH = "logotypecertextn.logotypeHash", "logotypeHash", uint(32);
        HASH_ALG_AND_VALUE_TYPE = "logotypecertextn.HashAlgAndValue_element", "HashAlgAndValue", none();
        LOGOTYPE_URI = "logotypecertextn.logotypeURI", "logotypeURI", uint(32);
        LOGOTYPE_URI_ITEM = "logotypecertextn.logotypeURI_item", "logotypeURI item", string();
        REF_STRUCT_HASH = "logotypecertextn.refStructHash", "refStructHash", uint(32);
        REF_STRUCT_URI = "logotypecertextn.refStructURI", "refStructURI", uint(32);
        REF_STRUCT_URI_ITEM = "logotypecertextn.refStructURI_item", "refStructURI item", string();
        HASH_ALG = "logotypecertextn.hashAlg_element", "hashAlg", none();
        HASH_VALUE = "logotypecertextn.hashValue", "hashValue", bytes();
    }
}

pub mod ocsp {
    use super::super::values::*;
    use crate::fields;

    fields! {
        RESPONSE_TYPE_ID = "ocsp.responseType.id", "ResponseType Id", string();
        BASIC_OCSP_RESPONSE_TYPE = "ocsp.BasicOCSPResponse_element", "BasicOCSPResponse", none();
        RE_OCSP_NONCE_TYPE = "ocsp.ReOcspNonce", "ReOcspNonce", bytes();
        NULL_TYPE = "ocsp.NULL_element", "NULL", none();
        VERSION = "ocsp.version", "version", int(32).values(VERSION_NAMES);
        SIGNATURE_ALGORITHM = "ocsp.signatureAlgorithm_element", "signatureAlgorithm", none();
        SIGNATURE = "ocsp.signature", "signature", bytes();
        CERTS = "ocsp.certs", "certs", uint(32);
        CERTIFICATE_TYPE = "ocsp.Certificate_element", "Certificate", none();
        HASH_ALGORITHM = "ocsp.hashAlgorithm_element", "hashAlgorithm", none();
        ISSUER_NAME_HASH = "ocsp.issuerNameHash", "issuerNameHash", bytes();
        ISSUER_KEY_HASH = "ocsp.issuerKeyHash", "issuerKeyHash", bytes();
        SERIAL_NUMBER = "ocsp.serialNumber", "serialNumber", bytes();
        RESPONSE_STATUS = "ocsp.responseStatus", "responseStatus", uint(32).values(RESPONSE_STATUS_NAMES);
        RESPONSE_BYTES = "ocsp.responseBytes_element", "responseBytes", none();
        TBS_RESPONSE_DATA = "ocsp.tbsResponseData_element", "tbsResponseData", none();
        RESPONDER_ID = "ocsp.responderID", "responderID", uint(32).values(RESPONDER_ID_NAMES);
        PRODUCED_AT = "ocsp.producedAt", "producedAt", time();
        RESPONSES = "ocsp.responses", "responses", uint(32);
        SINGLE_RESPONSE_TYPE = "ocsp.SingleResponse_element", "SingleResponse", none();
        RESPONSE_EXTENSIONS = "ocsp.responseExtensions", "responseExtensions", uint(32);
        BY_NAME = "ocsp.byName", "byName", uint(32);
        BY_KEY = "ocsp.byKey", "byKey", bytes();
        CERT_ID = "ocsp.certID_element", "certID", none();
        CERT_STATUS = "ocsp.certStatus", "certStatus", uint(32).values(CERT_STATUS_NAMES);
        THIS_UPDATE = "ocsp.thisUpdate", "thisUpdate", time();
        NEXT_UPDATE = "ocsp.nextUpdate", "nextUpdate", time();
        SINGLE_EXTENSIONS = "ocsp.singleExtensions", "singleExtensions", uint(32);
        GOOD = "ocsp.good_element", "good", none();
        REVOKED = "ocsp.revoked_element", "revoked", none();
        UNKNOWN = "ocsp.unknown_element", "unknown", none();
        REVOCATION_TIME = "ocsp.revocationTime", "revocationTime", time();
        REVOCATION_REASON = "ocsp.revocationReason", "revocationReason", uint(32).values(CRL_REASON_NAMES);
    }
}

pub mod ber {
    use crate::fields;

    fields! {
        BITSTRING_PADDING = "ber.bitstring.padding", "Padding", uint(8);
    }
}
