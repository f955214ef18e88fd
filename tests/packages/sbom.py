# SPDX-License-Identifier: Apache-2.0
"""Hold PACKAGE.spdx.json against the package, by what dpkg and rpm say of it.

usage: sbom.py PACKAGE SOURCE-ARCHIVE      says what is wrong, status 1; or "fine: ..." """
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

wrong = []


def expect(condition, text):
    if not condition:
        wrong.append(text)


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()


def digest(path, name):
    with open(path, 'rb') as file:
        return hashlib.new(name, file.read()).hexdigest()


def deb_files(path):
    with tempfile.TemporaryDirectory() as tree:
        subprocess.run(['dpkg-deb', '-x', path, tree], check=True)
        return {'./' + os.path.relpath(os.path.join(folder, name), tree): {
                    kind: digest(os.path.join(folder, name), kind) for kind in ('sha1', 'sha256')}
                for folder, _, names in os.walk(tree) for name in names if not os.path.islink(os.path.join(folder, name))}


def rpm_files(path):
    """The package's own digests; a %ghost (flag 64) is not in it."""
    found = {}
    lines = run('rpm', '-qp', '--nosignature', '--qf', '[%{FILENAMES} %{FILEMODES:perms} %{FILEFLAGS} %{FILEDIGESTS}\n]', path)
    for line in lines.splitlines():
        name, mode, flags, *value = line.split(' ')
        if mode.startswith('-') and not int(flags) & 64:
            found['.' + name] = {'sha256': value[0]}
    return found


def check_files(listed, files):
    names = [file['fileName'] for file in listed]
    expect(sorted(names) == sorted(files), 'files: %s' % sorted(set(names) ^ set(files)))
    for file in listed:
        sums = {entry['algorithm'].lower(): entry['checksumValue'] for entry in file['checksums']}
        expect(set(sums) == {'sha1', 'sha256'}, '%s: %s' % (file['fileName'], sorted(sums)))
        for kind, value in files.get(file['fileName'], {}).items():
            expect(sums.get(kind) == value, '%s: %s' % (file['fileName'], kind))
        for field in 'licenseConcluded', 'licenseInfoInFiles', 'copyrightText', 'fileTypes':
            expect(file.get(field), '%s: no %s' % (file['fileName'], field))


def main():
    path, archive = sys.argv[1:]
    is_rpm = path.endswith('.rpm')
    with open(path + '.spdx.json', encoding='utf-8') as file:
        spdx = json.load(file)
    for field, value in ('spdxVersion', 'SPDX-2.3'), ('dataLicense', 'CC0-1.0'), ('SPDXID', 'SPDXRef-DOCUMENT'):
        expect(spdx.get(field) == value, field)
    expect(re.match(r'^https://[^#]+$', spdx['documentNamespace']), 'documentNamespace')
    created = spdx['creationInfo']['created']
    expect(re.match(r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$', created), 'created')
    ids = ['SPDXRef-DOCUMENT'] + [entry['SPDXID'] for entry in spdx['packages'] + spdx['files']]
    expect(len(ids) == len(set(ids)), 'an SPDXID is there twice')
    expect(all(re.match(r'^SPDXRef-[A-Za-z0-9.-]+$', one) for one in ids), 'SPDXID')
    relations = [(entry['spdxElementId'], entry['relationshipType'], entry['relatedSpdxElement'])
                 for entry in spdx['relationships']]
    expect(all(a in ids and b in ids for a, _, b in relations), 'a relationship to nothing')
    described = [b for a, kind, b in relations if (a, kind) == ('SPDXRef-DOCUMENT', 'DESCRIBES')]
    me = next(entry for entry in spdx['packages'] if [entry['SPDXID']] == described)
    by_id = {entry['SPDXID']: entry for entry in spdx['packages']}
    for entry in spdx['packages']:
        for field in 'name', 'downloadLocation', 'licenseConcluded', 'licenseDeclared', 'copyrightText':
            expect(entry.get(field), '%s: no %s' % (entry.get('name'), field))
    expect(me['licenseDeclared'] == 'Apache-2.0', 'licence')
    expect(me['checksums'] == [{'algorithm': 'SHA256', 'checksumValue': digest(path, 'sha256')}], 'hash of the package')

    files = rpm_files(path) if is_rpm else deb_files(path)
    check_files(spdx['files'], files)
    expect(sorted(b for a, kind, b in relations if kind == 'CONTAINS' and a == me['SPDXID']) ==
           sorted(file['SPDXID'] for file in spdx['files']), 'CONTAINS')
    if files:
        sums = sorted(entry['checksumValue'] for file in spdx['files'] for entry in file['checksums']
                      if entry['algorithm'] == 'SHA1')
        expect(me['packageVerificationCode']['packageVerificationCodeValue'] ==
               hashlib.sha1(''.join(sums).encode()).hexdigest(), 'packageVerificationCode')

    if is_rpm:
        name, version = run('rpm', '-qp', '--nosignature', '--qf', '%{NAME} %{VERSION}-%{RELEASE}', path).split()
        needs = {line.split(' ')[0] for line in run('rpm', '-qp', '--nosignature', '--requires', path).splitlines()}
        needs = {need for need in needs if not need.startswith('rpmlib(')}
    else:
        name, version = (run('dpkg-deb', '-f', path, field).strip() for field in ('Package', 'Version'))
        needs = set(re.findall(r'(?:^|,)\s*([^\s,(|]+)', run('dpkg-deb', '-f', path, 'Depends').strip()))
    expect((me['name'], me['versionInfo'].split(':')[-1]) == (name, version), 'name and version')
    depends = {by_id[b]['name'] for a, kind, b in relations if kind == 'DEPENDS_ON' and a == me['SPDXID']}
    expect(depends == needs, 'dependencies: %s' % sorted(depends ^ needs))
    sources = [by_id[b] for _, kind, b in relations if kind == 'GENERATED_FROM']
    expect(len(sources) == 1 and sources[0]['checksums'][0]['checksumValue'] == digest(archive, 'sha256'),
           'hash of the source archive')
    for text in wrong:
        print(text)
    if not wrong:
        print('fine: %d files, %d dependencies' % (len(files), len(depends)))
    sys.exit(1 if wrong else 0)


main()
