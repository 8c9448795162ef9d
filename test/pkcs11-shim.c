/* A PKCS#11 library before another one (TEST_PKCS11_REAL): does what the first letter of the file TEST_PKCS11_STATE says, else passes on. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* CK_FUNCTION_LIST: the version, then 68 pointers at their natural alignment */
static void *real[69], *ours[69];
static unsigned long slot;

static int state(void) {
  FILE *file = fopen(getenv("TEST_PKCS11_STATE"), "r");
  int letter = file ? fgetc(file) : EOF;
  if (file) fclose(file);
  return letter;
}

static void hang(void) {
  for (;;) pause();
}

static unsigned long open_session(unsigned long on, unsigned long flags, void *app, void *notify, unsigned long *session) {
  slot = on;
  if (state() == 'H') hang();
  return ((unsigned long (*)(unsigned long, unsigned long, void *, void *, unsigned long *))real[13])(on, flags, app, notify, session);
}

static unsigned long sign(unsigned long session, void *data, unsigned long size, void *signature, unsigned long *length) {
  switch (state()) {
  case 'h': case 'H': hang(); break;
  case 'f': return 0x30; /* CKR_DEVICE_ERROR */
  case 'c': abort();
  case 'l': /* every session is lost, once */
    fclose(fopen(getenv("TEST_PKCS11_STATE"), "w"));
    ((unsigned long (*)(unsigned long))real[15])(slot);
  }
  return ((unsigned long (*)(unsigned long, void *, unsigned long, void *, unsigned long *))real[44])(session, data, size, signature, length);
}

unsigned long C_GetFunctionList(void **list) {
  void *library = dlopen(getenv("TEST_PKCS11_REAL"), RTLD_NOW);
  void **found;
  unsigned long code = ((unsigned long (*)(void *))dlsym(library, "C_GetFunctionList"))(&found);
  memcpy(real, found, sizeof real);
  memcpy(ours, found, sizeof ours);
  ours[13] = open_session;
  ours[44] = sign;
  *list = ours;
  return code;
}
