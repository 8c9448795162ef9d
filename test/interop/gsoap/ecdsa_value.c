/*
 * gSOAP 2.8.124 writes ECDSA signature values as DER; XML Signature (RFC 6931 2.3.6) wants r and s, each as long as the order
 * of the curve. A client of gSOAP with an EC key needs these two functions in the place of OpenSSL's.
 */
#define ECDSA_VALUE_C
#include "ecdsa_value.h"
#include <openssl/bn.h>
#include <openssl/ecdsa.h>

/* Octets of r and of s; 0 for a key of another kind. */
static int coordinate_size(EVP_PKEY *key)
{
  return EVP_PKEY_base_id(key) == EVP_PKEY_EC ? (EVP_PKEY_bits(key) + 7) / 8 : 0;
}

int sign_final(EVP_MD_CTX *context, unsigned char *value, unsigned int *length, EVP_PKEY *key)
{
  int size = coordinate_size(key);
  const unsigned char *der = value;
  ECDSA_SIG *pair;
  if (!EVP_SignFinal(context, value, length, key))
    return 0;
  if (size == 0)
    return 1;
  pair = d2i_ECDSA_SIG(NULL, &der, *length);
  if (!pair)
    return 0;
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), value, size);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), value + size, size);
  *length = 2 * size;
  ECDSA_SIG_free(pair);
  return 1;
}

int verify_final(EVP_MD_CTX *context, const unsigned char *value, unsigned int length, EVP_PKEY *key)
{
  int size = coordinate_size(key), ok, der_length;
  unsigned char *der = NULL;
  ECDSA_SIG *pair;
  if (size == 0)
    return EVP_VerifyFinal(context, value, length, key);
  if (length != 2 * (unsigned int)size)
    return 0;
  pair = ECDSA_SIG_new();
  ECDSA_SIG_set0(pair, BN_bin2bn(value, size, NULL), BN_bin2bn(value + size, size, NULL));
  der_length = i2d_ECDSA_SIG(pair, &der);
  ok = EVP_VerifyFinal(context, der, der_length, key);
  OPENSSL_free(der);
  ECDSA_SIG_free(pair);
  return ok;
}
