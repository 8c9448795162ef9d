#!/usr/bin/python3
"""A signed call with zeep, given only our WSDL and certificates; prints one line per check, exits 1 when one fails.

usage: zeep_client.py URL CERTIFICATES SSIN BEGIN_QUARTER END_QUARTER SEAL QUESTIONS

Debian: python3-zeep, python3-xmlsec. CERTIFICATES is the folder that `npm run certs` writes, SEAL the gateway's certificate below it,
QUESTIONS a JSON file with criteria of every operation of Dolsis.
"""
import json
import sys
from datetime import datetime, timedelta, timezone

import requests
import xmlsec
import zeep
from lxml import etree
from zeep import ns
from zeep.exceptions import Fault, SignatureVerificationFailed
from zeep.wsse import utils
from zeep.wsse.signature import BinarySignature, _verify_envelope_with_key


class GatewaySignature(BinarySignature):
    """BinarySignature with SHA-256, a Timestamp, and replies verified with the gateway's certificate."""

    def __init__(self, key, certificate, gateway_certificate, method):
        super().__init__(
            key,
            certificate,
            signature_method=method,
            digest_method=xmlsec.Transform.SHA256,
        )
        self.gateway_certificate = gateway_certificate

    def apply(self, envelope, headers):
        now = datetime.now(timezone.utc)
        form = "%Y-%m-%dT%H:%M:%SZ"
        timestamp = utils.WSU.Timestamp(
            utils.WSU.Created(now.strftime(form)),
            utils.WSU.Expires((now + timedelta(minutes=5)).strftime(form)),
        )
        utils.get_security_header(envelope).append(timestamp)
        return super().apply(envelope, headers)

    def verify(self, envelope):
        key = xmlsec.Key.from_file(self.gateway_certificate, xmlsec.KeyFormat.CERT_PEM)
        _verify_envelope_with_key(envelope, key)
        body = envelope.find("{%s}Body" % ns.SOAP_ENV_11)
        signed = {r.get("URI") for r in envelope.iter("{%s}Reference" % ns.DS) if r.get("URI")}
        if "#" + body.get("{%s}Id" % ns.WSU) not in signed:
            raise SignatureVerificationFailed("the Body is not signed")
        return envelope


# Criteria that are a choice of sequences: zeep reads members of a choice in a sequence as members of that sequence, and in strict
# mode wants those of every branch that a branch requires, so that it refuses the echo of what it wrote itself
choices_of_sequences = ("findPostedWorkers", "findForeignEmployers", "findPostingBelgianClients")


def client_of(url, certificates, institution, gateway_certificate, method=xmlsec.Transform.RSA_SHA256, strict=True):
    own = f"{certificates}/institutions/{institution}"
    session = requests.Session()
    session.trust_env = False  # an environment's own CA bundle would win over `verify`
    session.cert = (f"{own}/tls.chain.pem", f"{own}/tls.key.pem")
    session.verify = f"{certificates}/ca/root.pem"
    return zeep.Client(
        f"{url}?wsdl",
        transport=zeep.Transport(session=session),
        wsse=GatewaySignature(f"{own}/signing.key.pem", f"{own}/signing.pem", gateway_certificate, method),
        settings=zeep.Settings(strict=strict),
    )


def main():
    url, certificates, ssin, begin, end, seal, questions = sys.argv[1:]
    seal = f"{certificates}/{seal}"
    failed = 0

    def check(what, holds):
        nonlocal failed
        failed += 0 if holds else 1
        print(f"{'ok  ' if holds else 'FAIL'} zeep: {what}")

    def question(customer, context="INSPECTION:CONTROL"):
        return dict(
            informationCustomer={"customerIdentification": {"cbeNumber": customer}},
            legalContext=context,
            criteria={"ssin": ssin, "beginQuarter": begin, "endQuarter": end},
        )

    # zeep does not sign the token: that is accepted from an institution whose certificate itself is registered
    inspection, pension = "1999000447", "1999000348"
    endpoint = f"{url}/quadrivium/DmfaConsultationService/v1"
    client = client_of(endpoint, certificates, "inspection", seal)
    reply = client.service.consultByWorker(**question(inspection))
    check("a signed call is answered, the reply's signature verifies", reply.status.value == "DATA_FOUND")
    check("the reply holds a declaration", len(reply.result.employerDeclaration) > 0)

    try:
        client.service.consultByWorker(**question(pension))
        check("a refusal is a fault whose signature verifies", False)
    except Fault as fault:
        codes = [e.text for e in fault.detail.iter() if etree.QName(e).localname == "reasonCode"]
        check("a refusal is a fault whose signature verifies", codes == ["MSG00014"])

    client = client_of(endpoint, certificates, "emploi", seal, xmlsec.Transform.ECDSA_SHA256)
    reply = client.service.consultByWorker(**question("1999000249", "EMPLOI:FOLLOW_UP"))
    check("a call signed with P-256 is answered, the reply's signature verifies", reply.status.value == "DATA_FOUND")

    for path, context in (
        ("/RetrieveTIGroupsService/retrieveTI", "social issues"),
        ("/RetrieveTIGroupsService/v2/retrieveTI", "INSPECTION:CONTROL"),
    ):
        client_ti = client_of(url + path, certificates, "inspection", seal)

        def retrieve(customer):
            return client_ti.service.retrieveTI(
                informationCustomer={"customerIdentification": {"cbeNumber": customer}},
                legalContext=context,
                searchInformation={"ssin": ssin, "language": "de", "history": False},
            )

        reply = retrieve(inspection)
        names = reply.rrn_it_implicit.Names.Name if reply.status.value == "DATA_FOUND" else []
        check(f"{path} is answered and read by its types", len(names) == 1)
        try:
            retrieve(pension)
            check(f"{path} refuses with its own fault", False)
        except Fault as fault:
            roots = [etree.QName(e).localname for e in fault.detail]
            check(f"{path} refuses with its own fault", roots == ["retrieveTIGroupsFault"])

    path = "/Dolsis2011Service/consultPerson"
    client_persons = client_of(url + path, certificates, "inspection", seal)
    asked = {
        "informationCustomer": {"customerIdentification": {"cbeNumber": inspection}},
        "securityContext": {"service": "TEST", "legalContext": "INSPECTION:CONTROL", "role": "Agent"},
    }
    criteria = {"ssin": ssin, "familyComposition": True, "addressHistory": True}
    reply = client_persons.service.getPersonDetail(**asked, criteria=criteria)
    person = reply.result.person if reply.status.value == "DATA_FOUND" else None
    check("getPersonDetail is answered and read by its types", person is not None and person.ssin == ssin)
    criteria = {"lastName": person.lastName.upper(), "birthDate": person.birthDate, "tolerance": 0}
    reply = client_persons.service.findPersonByPhoneticSearch(**asked, criteria=criteria)
    found = [one.ssin for one in reply.result.person] if reply.status.value == "DATA_FOUND" else []
    check("findPersonByPhoneticSearch finds the person by the sound of the name", ssin in found)

    ssdn = "http://www.ksz-bcss.fgov.be/XSD/SSDN"
    bodies = (
        (
            "OCMWCPASIdentifyPerson",
            "20050930",
            f'<IdentifyPersonRequest xmlns="{ssdn}/OCMW_CPAS/IdentifyPerson">'
            f"<SearchCriteria><SSIN>{ssin}</SSIN></SearchCriteria></IdentifyPersonRequest>",
        ),
        (
            "OCMWCPASPerformInvestigation",
            "20080604",
            f'<PerformInvestigationRequest xmlns="{ssdn}/OCMW_CPAS/PerformInvestigation">'
            f"<SocialSecurityUser>{ssin}</SocialSecurityUser></PerformInvestigationRequest>",
        ),
        (
            "OCMWCPASManageAccess",
            "20050930",
            f'<ManageAccessRequest xmlns="{ssdn}/OCMW_CPAS/ManageAccess" xmlns:c="{ssdn}/Common"><SSIN>{ssin}</SSIN>'
            "<Period><c:StartDate>2014-01-01</c:StartDate></Period><Action>LIST</Action><ProofOfAuthentication>"
            "<SISCardNumber>1234567890</SISCardNumber></ProofOfAuthentication></ManageAccessRequest>",
        ),
        (
            "ReferenceManager.consult",
            "20050525",
            f'<ReferenceManagerRequest xmlns="{ssdn}/ReferenceManagerFacade" xmlns:c="{ssdn}/Common">'
            f"<ConsultOtherSectorsCriteria><RequestedSsin>{ssin}</RequestedSsin><RequestedPeriod>"
            "<c:StartDate>2014-01-01</c:StartDate><c:EndDate>2030-12-31</c:EndDate></RequestedPeriod>"
            "<FetchDescriptions>true</FetchDescriptions></ConsultOtherSectorsCriteria></ReferenceManagerRequest>",
        ),
    )
    client_ssdn = client_of(
        f"{url}/connectors/webservice/KSZBCSSWebServiceConnectorPort", certificates, "inspection", seal
    )
    for service, version, body in bodies:
        document = client_ssdn.service.sendXML(
            f'<SSDNRequest xmlns="{ssdn}/Service"><RequestContext><AuthorizedUser><UserID>70010199906</UserID>'
            f"<Email>a@example.org</Email><OrgUnit>{inspection}</OrgUnit><MatrixID>94</MatrixID></AuthorizedUser>"
            f"</RequestContext><ServiceRequest><ServiceId>{service}</ServiceId><Version>{version}</Version>{body}"
            "</ServiceRequest></SSDNRequest>"
        )
        reply = etree.fromstring(document)
        codes = [e.text for e in reply.iter(f"{{{ssdn}/Common}}ReasonCode")]
        # no deliberation lets it know which sectors know a person
        expected = ["30000001", "MSG00027"] if service.startswith("ReferenceManager") else []
        check(f"SSDN {service} is answered, the reply's signature verifies", codes == expected)

    with open(questions, encoding="utf-8") as file:
        dolsis = json.load(file)
    for endpoint_of_dolsis in dolsis["endpoints"]:
        path = endpoint_of_dolsis["path"]
        clients = {
            strict: client_of(url + path, certificates, "inspection", seal, strict=strict) for strict in (True, False)
        }
        for operation in endpoint_of_dolsis["operations"]:
            name = operation["name"]
            try:
                reply = clients[name not in choices_of_sequences].service[name](
                    informationCustomer=dolsis["informationCustomer"],
                    securityContext=dolsis["securityContext"],
                    criteria=dolsis["criteria"][name],
                )
                is_read = reply.result is not None or name not in dolsis["found"]
                holds = operation["served"] and reply.status.code is not None and is_read
            except Fault as fault:
                codes = [e.text for e in fault.detail.iter() if etree.QName(e).localname == "reasonCode"]
                holds = not operation["served"] and codes == ["MSG00025"]
            check(f"{path} {name} is answered and read by its types", holds)

    stranger = f"{certificates}/institutions/inspection/signing.pem"
    client = client_of(endpoint, certificates, "inspection", stranger)
    try:
        client.service.consultByWorker(**question(inspection))
        check("a reply does not verify with another certificate", False)
    except SignatureVerificationFailed:
        check("a reply does not verify with another certificate", True)
    return 1 if failed else 0


sys.exit(main())
