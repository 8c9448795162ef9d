/*
 * A signed call with gSOAP and its wsse plugin, given only our WSDL and certificates. Prints a line a check, exits 1 when one fails.
 *
 * usage: client URL CERTIFICATES INSTITUTION CBE LEGAL_CONTEXT SSIN BEGIN_QUARTER END_QUARTER TLS_PEM AUTHORITIES_PEM SEAL
 *
 * CERTIFICATES is the folder that `npm run certs` writes; TLS_PEM holds the institution's TLS key and certificate in one file, and
 * AUTHORITIES_PEM root and issuing CAs, as gSOAP wants them; SEAL is the certificate of the gateway below CERTIFICATES. The kind of the signing key decides between RSA-SHA256 and ECDSA-SHA256.
 */
#include "wsseapi.h"
#include "DmfaConsultationServiceHTTPBinding.nsmap"
#include <openssl/pem.h>

static int failed = 0;
static const char *who;

static void check(const char *what, int holds, struct soap *soap)
{
  printf("%s gSOAP, %s: %s\n", holds ? "ok  " : "FAIL", who, what);
  if (holds)
    return;
  failed = 1;
  if (soap)
    soap_print_fault(soap, stdout);
}

static FILE *open_below(const char *folder, const char *file)
{
  char path[1024];
  FILE *stream;
  snprintf(path, sizeof path, "%s/%s", folder, file);
  stream = fopen(path, "r");
  if (!stream)
  {
    perror(path);
    exit(1);
  }
  return stream;
}

static EVP_PKEY *read_key(const char *folder, const char *file)
{
  FILE *stream = open_below(folder, file);
  EVP_PKEY *key = PEM_read_PrivateKey(stream, NULL, NULL, NULL);
  fclose(stream);
  return key;
}

static X509 *read_certificate(const char *folder, const char *file)
{
  FILE *stream = open_below(folder, file);
  X509 *certificate = PEM_read_X509(stream, NULL, NULL, NULL);
  fclose(stream);
  return certificate;
}

/* Body and Timestamp of the reply are signed, by the key of this very certificate. */
static int is_signed_by(struct soap *soap, X509 *seal)
{
  X509 *token;
  int same;
  if (soap_wsse_verify_Timestamp(soap) || soap_wsse_verify_body(soap))
    return 0;
  token = soap_wsse_get_KeyInfo_SecurityTokenReferenceX509(soap);
  same = token && X509_cmp(token, seal) == 0;
  X509_free(token);
  return same;
}

/* One call for `customer`; the answer is in `reply`, a fault in soap->fault. */
static int call(struct soap *soap, char **argv, char *customer, X509 *certificate, EVP_PKEY *key,
                struct ns1__ConsultByWorkerResponseType *reply)
{
  struct ns2__OrganizationIdentificationType organization = {customer, NULL, NULL};
  struct ns2__InformationCustomerType information = {NULL, NULL, &organization};
  struct ns1__ConsultByWorkerCriteriaType criteria = {argv[6], argv[7], argv[8]};
  struct ns1__ConsultByWorkerRequestType request = {&information, NULL, argv[5], &criteria};
  int algorithm = EVP_PKEY_base_id(key) == EVP_PKEY_EC ? SOAP_SMD_SIGN_ECDSA_SHA256 : SOAP_SMD_SIGN_RSA_SHA256;
  soap_wsse_delete_Security(soap);
  if (soap_wsse_add_Timestamp(soap, "Time", 300) ||
      soap_wsse_add_BinarySecurityTokenX509(soap, "X509Token", certificate) ||
      soap_wsse_add_KeyInfo_SecurityTokenReferenceX509(soap, "#X509Token") ||
      soap_wsse_sign_body(soap, algorithm, key, 0) ||
      soap_wsse_verify_auto(soap, SOAP_SMD_NONE, NULL, 0))
    return soap->error;
  return soap_call___ns1__consultByWorker(soap, argv[1], NULL, &request, reply);
}

int main(int argc, char **argv)
{
  struct soap *soap = soap_new1(SOAP_XML_CANONICAL);
  struct ns1__ConsultByWorkerResponseType reply;
  char own[512];
  EVP_PKEY *key;
  X509 *certificate, *seal;
  int code;
  if (argc != 12)
    return 2;
  who = argv[3];
  snprintf(own, sizeof own, "%s/institutions/%s", argv[2], who);
  key = read_key(own, "signing.key.pem");
  certificate = read_certificate(own, "signing.pem");
  seal = read_certificate(argv[2], argv[11]);
  soap_register_plugin(soap, soap_wsse);
  if (soap_ssl_client_context(soap, SOAP_SSL_DEFAULT, argv[9], NULL, argv[10], NULL, NULL))
  {
    check("the TLS context is made", 0, soap);
    return 1;
  }

  code = call(soap, argv, argv[4], certificate, key, &reply);
  check("a signed call is answered", code == SOAP_OK, soap);
  if (code == SOAP_OK)
  {
    check("the reply is signed by the gateway's seal", is_signed_by(soap, seal), soap);
    check("the reply is not signed by another certificate", !is_signed_by(soap, certificate), NULL);
    check("the reply holds a declaration", reply.result && reply.result->__sizeemployerDeclaration > 0, NULL);
  }

  code = call(soap, argv, "1999000348", certificate, key, &reply);
  check("a refusal is a fault whose signature verifies",
        code == SOAP_FAULT && soap->fault && soap->fault->detail && soap->fault->detail->ns1__consultByWorkerFault &&
            is_signed_by(soap, seal),
        soap);
  return failed;
}
