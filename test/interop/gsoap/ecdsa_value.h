/* Included before everything in gSOAP's smdevp.c (-include): ECDSA values in the form of XML Signature, see ecdsa_value.c. */
#include <openssl/evp.h>

int sign_final(EVP_MD_CTX *context, unsigned char *value, unsigned int *length, EVP_PKEY *key);
int verify_final(EVP_MD_CTX *context, const unsigned char *value, unsigned int length, EVP_PKEY *key);

#ifndef ECDSA_VALUE_C
#define EVP_SignFinal sign_final
#define EVP_VerifyFinal verify_final
#endif
