/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The language: for every word that is wired, forms that are accepted with what
 * they change, and forms that are refused with the exact message. A row of a
 * table without its cases here fails.
 */
#include "conf/directives.h"
#include "conf/parse.h"
#include "conf/serving.h"
#include "conf/source.h"
#include "conf/system.h"
#include "conf/values.h"

#include "build_config.h"
#include "unit/conf/describe.h"

#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

/* `want`: the fields that differ from the defaults, or "!" and the message. */
struct language_case {
	const char *text, *want;
};

#define NAME_255 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct language_case cases[] = {
	/* server, pool */
	{ "server a.example", "server=a.example" },
	{ "SERVER 192.0.2.1 IBURST", "server=192.0.2.1,iburst=1" },
	{ "server a\nserver a\nserver b", "server=a server=a server=b" },
	{ "server " NAME_255, "server=" NAME_255 },
	{ "server " NAME_255 "a", "!server: '"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaa' is too long; use: server HOST [OPTION]..." },
	{ "server", "!server: a value is missing; use: server HOST [OPTION]..." },
	{ "server caf\303\251", "!server: 'caf\303\251' is neither a host name "
	  "nor an address; use: server HOST [OPTION]..." },
	{ "server a iburts",
	  "!server: unknown option 'iburts'; did you mean 'iburst'?" },
	{ "server a 123456789", "!server: unknown option '123456789'" },
	{ "pool p.example maxsources 2", "pool=p.example,maxsources=2" },
	{ "pool 2001:db8::1 maxsources 2", "server=2001:db8::1,maxsources=2" },
	{ "Pool", "!Pool: a value is missing; use: pool NAME [OPTION]..." },

	/* source options */
	{ "server a minpoll 4", "server=a,minpoll=4" },
	{ "server a minpoll -7", "server=a,minpoll=-7" },
	{ "server a minpoll -8", "server=a" },
	{ "server a minpoll 11", "server=a,minpoll=11,maxpoll=11" },
	{ "server a minpoll 25 maxpoll 25", "server=a,minpoll=24,maxpoll=24" },
	{ "server a minpoll", "!server minpoll: a value is missing; use: "
	  "minpoll POLL (in log2 s)" },
	{ "server a minpoll 6x", "!server minpoll: '6x' is not a whole number; "
	  "use: minpoll POLL (in log2 s)" },
	{ "server a minpoll 99999999999", "!server minpoll: '99999999999' is "
	  "out of range; use: minpoll POLL (in log2 s)" },
	{ "server a maxpoll 5", "server=a,maxpoll=6" },
	{ "server a maxpoll 32", "server=a,maxpoll=24" },
	{ "server a minpoll -7 maxpoll -8", "server=a,minpoll=-7" },
	{ "server a maxpoll 33", "!server maxpoll: '33' is out of range; use: "
	  "maxpoll POLL (-32 to 32, in log2 s)" },
	{ "server a maxpoll -33", "!server maxpoll: '-33' is out of range; use: "
	  "maxpoll POLL (-32 to 32, in log2 s)" },
	{ "server a iburst", "server=a,iburst=1" },
	{ "server a xleave", "server=a,xleave=1" },
	{ "server a xleave 1", "!server: unknown option '1'" },
	{ "server a burst iburst", "server=a,iburst=1,burst=1" },
	{ "server a copy", "server=a,copy=1" },
	{ "server a auto_offline", "server=a,auto_offline=1" },
	{ "server a extfield F323", "server=a,mono_ef=1" },
	{ "server a extfield 0xf323", "server=a,mono_ef=1" },
	{ "server a extfield F324 extfield F323",
	  "server=a,mono_ef=1,net_ef=1" },
	{ "server a extfield 10A", "server=a,net_ef=1" },
	{ "server a extfield F325", "!server extfield: 'F325' is no extension "
	  "field that is known (F323); use: extfield TYPE" },
	{ "server a extfield 1F323", "!server extfield: '1F323' is no "
	  "extension field that is known (F323); use: extfield TYPE" },
	{ "server a extfield -F323", "!server extfield: '-F323' is no "
	  "hexadecimal number; use: extfield TYPE" },
	{ "server a extfield F323x", "!server extfield: 'F323x' is no "
	  "hexadecimal number; use: extfield TYPE" },
	{ "server a extfield", "!server extfield: a value is missing; use: "
	  "extfield TYPE" },
	{ "server a presend -32", "server=a,presend=-32" },
	{ "server a presend 32", "server=a,presend=32" },
	{ "server a presend 33", "!server presend: '33' is out of range; use: "
	  "presend POLL (-32 to 32, in log2 s)" },
	{ "server a presend -33", "!server presend: '-33' is out of range; "
	  "use: presend POLL (-32 to 32, in log2 s)" },
	{ "server a presend 6.5", "!server presend: '6.5' is not a whole "
	  "number; use: presend POLL (-32 to 32, in log2 s)" },
	{ "server a minstratum 15", "server=a,minstratum=15" },
	{ "server a minstratum 16", "server=a,minstratum=15" },
	{ "server a minstratum 0", "server=a" },
	{ "server a minstratum 17", "!server minstratum: '17' is out of range; "
	  "use: minstratum STRATUM (0 to 16)" },
	{ "server a minstratum -1", "!server minstratum: '-1' is out of range; "
	  "use: minstratum STRATUM (0 to 16)" },
	{ "server a version 1", "server=a,version=1" },
	{ "server a version 4", "server=a,version=4" },
	{ "server a version 0", "!server version: '0' is out of range; use: "
	  "version VERSION (1 to 4)" },
	{ "server a version 5", "!server version: '5' is out of range; use: "
	  "version VERSION (1 to 4)" },
	{ "server a nts", "server=a,nts=1" },
	{ "server a ntsport 4461", "server=a,nts_port=4461" },
	{ "server a ntsport 65536", "!server ntsport: '65536' is out of range; "
	  "use: ntsport PORT (0 to 65535)" },
	{ "server a key 1", "server=a,key=1" },
	{ "server a key 4294967295", "server=a,key=4294967295" },
	{ "server a key 0", "!server key: '0' is out of range; use: key ID "
	  "(1 or more)" },
	{ "server a key 4294967296", "!server key: '4294967296' is out of "
	  "range; use: key ID (1 or more)" },
	{ "server a key -1", "!server key: '-1' is out of range; use: key ID "
	  "(1 or more)" },
	{ "server a key 0x1", "!server key: '0x1' is not a whole number; use: "
	  "key ID (1 or more)" },
	{ "server a key", "!server key: a value is missing; use: key ID "
	  "(1 or more)" },
	{ "pool a key 5 key 7", "pool=a,key=7" },
	{ "server a certset 4294967295", "server=a,certset=4294967295" },
	{ "server a certset 4294967296", "!server certset: '4294967296' is out "
	  "of range; use: certset ID (0 or more)" },
	{ "server a certset -1", "!server certset: '-1' is out of range; use: "
	  "certset ID (0 or more)" },
	{ "server a port 0", "server=a,port=0" },
	{ "server a port 65535", "server=a,port=65535" },
	{ "server a port -1", "!server port: '-1' is out of range; use: port "
	  "PORT (0 to 65535)" },
	{ "server a port 0x7b", "!server port: '0x7b' is not a whole number; "
	  "use: port PORT (0 to 65535)" },
	{ "server a maxdelay 0.25", "server=a,maxdelay_s=0.25" },
	{ "server a maxdelay -1", "server=a,maxdelay_s=0" },
	{ "server a maxdelay 1001", "server=a,maxdelay_s=1000" },
	{ "server a maxdelay 1s", "!server maxdelay: '1s' is not a number; use: "
	  "maxdelay DELAY (in s)" },
	{ "server a maxdelayratio 2", "server=a,maxdelayratio=2" },
	{ "server a maxdelayratio 2e6", "server=a,maxdelayratio=1e+06" },
	{ "server a maxdelayratio inf", "!server maxdelayratio: 'inf' is not a "
	  "number; use: maxdelayratio RATIO" },
	{ "server a maxdelay 0", "server=a,maxdelay_s=0" },
	{ "server a maxdelay 1000", "server=a,maxdelay_s=1000" },
	{ "server a maxdelayratio -1", "server=a" },
	{ "server a maxdelayratio 1e6", "server=a,maxdelayratio=1e+06" },
	{ "server a maxdelaydevratio -1", "server=a" },
	{ "server a maxdelaydevratio 1e6",
	  "server=a,maxdelaydevratio=1e+06" },
	{ "server a maxdelaydevratio 1.1e6",
	  "server=a,maxdelaydevratio=1e+06" },
	{ "server a maxdelayquant 0", "server=a" },
	{ "server a maxdelayquant -1", "server=a,maxdelayquant=-1" },
	{ "server a maxdelayquant 0.04", "server=a,maxdelayquant=0.05" },
	{ "server a maxdelayquant 0.06", "server=a,maxdelayquant=0.06" },
	{ "server a maxdelayquant 0.94", "server=a,maxdelayquant=0.94" },
	{ "server a maxdelayquant 0.96", "server=a,maxdelayquant=0.95" },
	{ "server a maxdelayquant x", "!server maxdelayquant: 'x' is not a "
	  "number; use: maxdelayquant QUANTILE" },
	{ "server a mindelay 1e-4", "server=a,mindelay_s=0.0001" },
	{ "server a mindelay 1ms", "!server mindelay: '1ms' is not a number; "
	  "use: mindelay DELAY (in s)" },
	{ "server a asymmetry -0.5", "server=a,asymmetry=-0.5" },
	{ "server a asymmetry 0.5", "server=a,asymmetry=0.5" },
	{ "server a asymmetry 0", "server=a,asymmetry=0" },
	{ "server a asymmetry -0.51", "server=a,asymmetry=-0.51" },
	{ "server a asymmetry", "!server asymmetry: a value is missing; use: "
	  "asymmetry RATIO" },
	{ "server a offset -0.25", "server=a,offset_s=-0.25" },
	{ "server a offset 1e", "!server offset: '1e' is not a number; use: "
	  "offset OFFSET (in s)" },
	{ "server a filter 0", "server=a" },
	{ "server a filter 1", "server=a,filter=1" },
	{ "server a filter 256", "server=a,filter=256" },
	{ "server a filter 257", "server=a,filter=256" },
	{ "server a filter -1", "!server filter: '-1' is out of range; use: "
	  "filter POLLS (0 or more)" },
	{ "server a maxdelaydevratio 2.5", "server=a,maxdelaydevratio=2.5" },
	{ "server a maxdelaydevratio nan", "!server maxdelaydevratio: 'nan' is "
	  "not a number; use: maxdelaydevratio RATIO" },
	{ "server a minsamples 0", "server=a,minsamples=0" },
	{ "server a minsamples -1", "!server minsamples: '-1' is out of range; "
	  "use: minsamples N (0 or more)" },
	{ "server a maxsamples 1", "server=a,maxsamples=1" },
	{ "server a maxsamples -1", "!server maxsamples: '-1' is out of range; "
	  "use: maxsamples N (0 or more)" },
	{ "server a polltarget 1", "server=a,polltarget=1" },
	{ "server a polltarget 0", "!server polltarget: '0' is out of range; "
	  "use: polltarget N (1 or more)" },
	{ "server a maxunreach 0", "server=a,maxunreach=0" },
	{ "server a maxunreach 2147483647", "server=a,maxunreach=2147483647" },
	{ "server a maxunreach -1", "!server maxunreach: '-1' is out of range; "
	  "use: maxunreach POLLS (0 or more)" },
	{ "server a maxunreach 1.5", "!server maxunreach: '1.5' is not a whole "
	  "number; use: maxunreach POLLS (0 or more)" },
	{ "server a prefer", "server=a,select_options=2" },
	{ "server a noselect", "server=a,select_options=1" },
	{ "server a trust", "server=a,select_options=4" },
	{ "server a require trust", "server=a,select_options=12" },
	{ "server a offline", "server=a,offline=1" },
	{ "server a ipv6 ipv4", "server=a,family=4" },
	{ "server a ipv4 ipv6", "server=a,family=6" },
	{ "pool a maxsources 17", "pool=a,maxsources=16" },
	{ "pool a maxsources 1", "pool=a,maxsources=1" },
	{ "pool a maxsources 0", "!pool maxsources: '0' is out of range; use: "
	  "maxsources N (1 or more)" },

	/* other source directives */
	{ "bindacqaddress 192.0.2.1\nbindacqaddress 2001:db8::1",
	  "acq4=192.0.2.1 acq6=2001:db8::1" },
	{ "bindacqaddress eth0", "!bindacqaddress: 'eth0' is not an address; "
	  "use: bindacqaddress ADDRESS" },
	{ "peer a", "peer=a" },
	{ "peer 192.0.2.1 minpoll 4 xleave key 5",
	  "peer=192.0.2.1,minpoll=4,key=5,xleave=1" },
	{ "peer a nts iburst", "peer=a,iburst=1" },
	{ "peer", "!peer: a value is missing; use: peer HOST [OPTION]..." },
	{ "peer a ibrust", "!peer: unknown option 'ibrust'; did you mean "
	  "'iburst'?" },
	{ "acquisitionport 0", "acquisitionport=0" },
	{ "acquisitionport 65535", "acquisitionport=65535" },
	{ "acquisitionport -1", "!acquisitionport: '-1' is out of range; use: "
	  "acquisitionport PORT (0 to 65535)" },
	{ "acquisitionport ntp", "!acquisitionport: 'ntp' is not a whole "
	  "number; use: acquisitionport PORT (0 to 65535)" },
	{ "bindacqdevice eth0", "acqdevice=eth0" },
	{ "bindacqdevice abcdefghijklmno", "acqdevice=abcdefghijklmno" },
	{ "bindacqdevice abcdefghijklmnop", "!bindacqdevice: "
	  "'abcdefghijklmnop' is too long; use: bindacqdevice INTERFACE" },
	{ "lock_all", "lock_all=1" },
	{ "lock_all 1", "!lock_all: '1' is one word too many; use: lock_all" },
	{ "sched_priority 100", "sched_priority=100" },
	{ "sched_priority 101", "!sched_priority: '101' is out of range; use: "
	  "sched_priority PRIORITY (0 to 100)" },
	{ "sched_priority -1", "!sched_priority: '-1' is out of range; use: "
	  "sched_priority PRIORITY (0 to 100)" },
	{ "dscp 0", "" },
	{ "dscp 63", "dscp=63" },
	{ "dscp 64", "!dscp: '64' is out of range; use: dscp DSCP (0 to 63)" },
	{ "dumponexit", "" },
	{ "dumponexit a b", "" },
	{ "maxsamples 0\nmaxsamples 20", "maxsamples=20" },
	{ "maxsamples -1", "!maxsamples: '-1' is out of range; use: maxsamples "
	  "N (0 or more)" },
	{ "minsamples 8", "minsamples=8" },
	{ "minsamples 8 9", "!minsamples: '9' is one word too many; use: "
	  "minsamples N (0 or more)" },

	/* NTS */
	{ "ntsaeads 15", "aeads=15," },
	{ "ntsaeads 15 17 30 15", "aeads=15,30," },
	{ "ntsaeads", "aeads=" },
	{ "ntsaeads 15\nntsaeads 30", "aeads=30," },
	{ "ntsaeads -1", "!ntsaeads: '-1' is out of range; use: ntsaeads "
	  "[AEAD]... (0 or more)" },
	{ "ntsaeads 15,30", "!ntsaeads: '15,30' is not a whole number; use: "
	  "ntsaeads [AEAD]... (0 or more)" },
	{ "ntsdumpdir /a\nntsdumpdir /b", "ntsdumpdir=/b" },
	{ "ntsdumpdir", "!ntsdumpdir: a value is missing; use: ntsdumpdir "
	  "DIRECTORY" },
	{ "ntscachedir /a", "ntsdumpdir=/a" },
	{ "ntscachedir /a /b", "!ntscachedir: '/b' is one word too many; use: "
	  "ntscachedir DIRECTORY" },
	{ "dumpdir /d", "dumpdir=/d" },
	{ "dumpdir", "!dumpdir: a value is missing; use: dumpdir DIRECTORY" },
	{ "manual", "manual" },
	{ "manual 1", "!manual: '1' is one word too many; use: manual" },
	{ "refresh 1209600", "" },
	{ "refresh 0", "refresh=0" },
	{ "refresh 2147483647", "refresh=2147483647" },
	{ "refresh -1", "!refresh: '-1' is out of range; use: refresh "
	  "INTERVAL (0 or more, in s)" },
	{ "ntsrefresh 0", "ntsrefresh=0" },
	{ "ntsrefresh 2147483647", "ntsrefresh=2147483647" },
	{ "ntsrefresh 2147483648", "!ntsrefresh: '2147483648' is out of range; "
	  "use: ntsrefresh INTERVAL (0 or more, in s)" },
	{ "ntstrustedcerts /a\nntstrustedcerts 3 /b",
	  "trusted=0:/a trusted=3:/b" },
	{ "ntstrustedcerts 1", "trusted=0:1" },
	{ "ntstrustedcerts", "!ntstrustedcerts: a value is missing; use: "
	  "ntstrustedcerts [SETID] PATH" },
	{ "ntstrustedcerts /a 1", "!ntstrustedcerts: '/a' is not a whole "
	  "number; use: ntstrustedcerts [SETID] PATH (0 or more)" },
	{ "ntstrustedcerts 1 /a b", "!ntstrustedcerts: 'b' is one word too "
	  "many; use: ntstrustedcerts [SETID] PATH" },
	{ "nosystemcert", "nosystemcert=1" },
	{ "nosystemcert 1", "!nosystemcert: '1' is one word too many; use: "
	  "nosystemcert" },
	{ "nocerttimecheck 1", "nocerttimecheck=1" },
	{ "nocerttimecheck -1", "!nocerttimecheck: '-1' is out of range; use: "
	  "nocerttimecheck UPDATES (0 or more)" },
	{ "ntsservercert /a\nntsservercert /b", "cert=/a cert=/b" },
	{ "ntsservercert", "!ntsservercert: a value is missing; use: "
	  "ntsservercert FILE" },
	{ "ntsserverkey /a\nntsserverkey /b", "key=/a key=/b" },
	{ "ntsserverkey", "!ntsserverkey: a value is missing; use: "
	  "ntsserverkey FILE" },
	{ "ntsport 1", "nts_port=1" },
	{ "ntsport 0", "!ntsport: '0' is no port; without ntsservercert there "
	  "is no NTS server; use: ntsport PORT (1 to 65535)" },
	{ "ntsport 65536", "!ntsport: '65536' is out of range; use: ntsport "
	  "PORT (1 to 65535)" },
	{ "ntsport", "!ntsport: a value is missing; use: ntsport PORT (1 to "
	  "65535)" },
	{ "ntsprocesses 0", "ntsprocesses=0" },
	{ "ntsprocesses 1000", "ntsprocesses=1000" },
	{ "ntsprocesses 1001", "!ntsprocesses: '1001' is out of range; use: "
	  "ntsprocesses N (0 to 1000)" },
	{ "maxntsconnections 1", "maxntsconnections=1" },
	{ "maxntsconnections 0", "!maxntsconnections: '0' is out of range; "
	  "use: maxntsconnections N (1 or more)" },
	{ "ntsntpserver ntp.example", "ntsntpserver=ntp.example" },
	{ "ntsntpserver", "!ntsntpserver: a value is missing; use: "
	  "ntsntpserver HOST" },
	{ "ntsrotate 0", "ntsrotate=0" },
	{ "ntsrotate -1", "!ntsrotate: '-1' is out of range; use: ntsrotate "
	  "INTERVAL (0 or more, in s)" },
	{ "ntsratelimit", "ntsratelimit=1:6:8:2:0" },
	{ "ntsratelimit interval 1 burst 255 leak 3",
	  "ntsratelimit=1:1:255:3:0" },
	{ "ntsratelimit kod 1", "!ntsratelimit: unknown option 'kod'" },

	/* selection */
	{ "authselectmode require", "authselectmode=2" },
	{ "authselectmode Prefer", "authselectmode=1" },
	{ "authselectmode ignore", "authselectmode=3" },
	{ "authselectmode ignore\nauthselectmode MIX", "" },
	{ "authselectmode none", "!authselectmode: 'none' is not a mode; use: "
	  "authselectmode require|prefer|mix|ignore" },
	{ "authselectmode", "!authselectmode: a value is missing; use: "
	  "authselectmode require|prefer|mix|ignore" },
	{ "authselectmode mix prefer", "!authselectmode: 'prefer' is one word "
	  "too many; use: authselectmode require|prefer|mix|ignore" },
	{ "combinelimit 0", "combinelimit=0" },
	{ "combinelimit 0.5", "combinelimit=0.5" },
	{ "combinelimit -0.5", "combinelimit=0" },
	{ "combinelimit 3x", "!combinelimit: '3x' is not a number; use: "
	  "combinelimit LIMIT (0 or more)" },
	{ "combinelimit", "!combinelimit: a value is missing; use: "
	  "combinelimit LIMIT (0 or more)" },
	{ "combinelimit 1 2", "!combinelimit: '2' is one word too many; use: "
	  "combinelimit LIMIT (0 or more)" },
	{ "maxjitter 0.25", "maxjitter=0.25" },
	{ "maxjitter 0", "maxjitter=0" },
	{ "maxjitter 1s", "!maxjitter: '1s' is not a number; use: maxjitter "
	  "JITTER (in s)" },
	{ "reselectdist 1e-5", "reselectdist=1e-05" },
	{ "reselectdist 0", "reselectdist=0" },
	{ "reselectdist far", "!reselectdist: 'far' is not a number; use: "
	  "reselectdist DISTANCE (in s)" },
	{ "stratumweight 0", "stratumweight=0" },
	{ "stratumweight 1", "stratumweight=1" },
	{ "stratumweight", "!stratumweight: a value is missing; use: "
	  "stratumweight DISTANCE (in s)" },
	{ "maxstratum 0", "maxstratum=0" },
	{ "maxstratum 3", "maxstratum=3" },
	{ "maxstratum -1", "!maxstratum: '-1' is out of range; use: maxstratum "
	  "STRATUM (0 or more)" },
	{ "minstratum 2", "minstratum=2" },
	{ "minstratum 2\nminstratum 0", "" },
	{ "minstratum two", "!minstratum: 'two' is not a whole number; use: "
	  "minstratum STRATUM (0 or more)" },
	{ "maxdistance 16.0", "maxdistance=16" },
	{ "maxdistance 3abc", "!maxdistance: '3abc' is not a number; use: "
	  "maxdistance DISTANCE (in s)" },
	{ "minsources 2", "minsources=2" },
	{ "minsources 0", "!minsources: '0' is out of range; use: minsources N "
	  "(1 or more)" },

	/* clock */
	{ "clockprecision 1e-6", "clockprecision=1e-06" },
	{ "clockprecision 1e-9", "clockprecision=1e-09" },
	{ "clockprecision 0", "clockprecision=1e-09" },
	{ "clockprecision 1", "clockprecision=1" },
	{ "clockprecision 1.5", "clockprecision=1" },
	{ "clockprecision x", "!clockprecision: 'x' is not a number; use: "
	  "clockprecision PRECISION (1e-09 to 1, in s)" },
	{ "corrtimeratio 100", "corrtimeratio=100" },
	{ "corrtimeratio 0", "corrtimeratio=1e-06" },
	{ "corrtimeratio -3", "corrtimeratio=1e-06" },
	{ "corrtimeratio nan", "!corrtimeratio: 'nan' is not a number; use: "
	  "corrtimeratio RATIO (1e-06 or more)" },
	{ "maxclockerror 0", "maxclockerror=0" },
	{ "maxclockerror -1", "maxclockerror=0" },
	{ "maxclockerror 20", "maxclockerror=20" },
	{ "maxclockerror 1ppm", "!maxclockerror: '1ppm' is not a number; use: "
	  "maxclockerror ERROR (0 or more, in ppm)" },
	{ "maxdrift 0", "maxdrift=0" },
	{ "maxdrift -1", "maxdrift=0" },
	{ "maxdrift 499999", "maxdrift=499999" },
	{ "maxdrift 100\nmaxdrift 500001", "" },
	{ "maxdrift", "!maxdrift: a value is missing; use: maxdrift DRIFT (0 "
	  "to 500000, in ppm)" },
	{ "leapsecmode step", "leapsecmode=1" },
	{ "leapsecmode Slew", "leapsecmode=2" },
	{ "leapsecmode ignore", "leapsecmode=3" },
	{ "leapsecmode slew\nleapsecmode SYSTEM", "" },
	{ "leapsecmode smear", "!leapsecmode: 'smear' is not a mode; use: "
	  "leapsecmode system|step|slew|ignore" },
	{ "leapsecmode", "!leapsecmode: a value is missing; use: "
	  "leapsecmode system|step|slew|ignore" },
	{ "leapsectz right/UTC", "leapsectz=right/UTC" },
	{ "leapsectz", "!leapsectz: a value is missing; use: leapsectz ZONE" },
	{ "leapsectz a b", "!leapsectz: 'b' is one word too many; use: "
	  "leapsectz ZONE" },
	{ "leapseclist /a/leap-seconds.list", "leapseclist=/a/leap-seconds.list" },
	{ "leapseclist", "!leapseclist: a value is missing; use: "
	  "leapseclist FILE" },
	{ "maxchange 1000 1 2", "maxchange=1:1000:1:2" },
	{ "maxchange 0.5 0 -1", "maxchange=1:0.5:0:-1" },
	{ "maxchange -1 0 0", "!maxchange: '-1' is out of range; use: "
	  "maxchange OFFSET START IGNORE" },
	{ "maxchange 1 x 0", "!maxchange: 'x' is not a whole number; use: "
	  "maxchange OFFSET START IGNORE" },
	{ "maxchange 1 2", "!maxchange: a value is missing; use: "
	  "maxchange OFFSET START IGNORE" },
	{ "fallbackdrift 16 19", "fallbackdrift=16:19" },
	{ "fallbackdrift 1 30", "fallbackdrift=1:30" },
	{ "fallbackdrift 19 16", "fallbackdrift=19:16" },
	{ "fallbackdrift 0 0", "" },
	{ "fallbackdrift 16 31", "!fallbackdrift: '31' is out of range; use: "
	  "fallbackdrift MIN MAX (0 to 30, in log2 s)" },
	{ "fallbackdrift -1 3", "!fallbackdrift: '-1' is out of range; use: "
	  "fallbackdrift MIN MAX (0 to 30, in log2 s)" },
	{ "fallbackdrift 16", "!fallbackdrift: a value is missing; use: "
	  "fallbackdrift MIN MAX (0 to 30, in log2 s)" },
	{ "maxslewrate 500", "maxslewrate=500" },
	{ "maxslewrate 0", "maxslewrate=0" },
	{ "maxslewrate -500", "maxslewrate=0" },
	{ "maxslewrate inf", "!maxslewrate: 'inf' is not a number; use: "
	  "maxslewrate RATE (0 or more, in ppm)" },
	{ "driftfile /a", "driftfile=/a" },
	{ "driftfile /a interval 60", "driftfile=/a drift_interval=60" },
	{ "driftfile /a Interval 60", "driftfile=/a drift_interval=60" },
	{ "driftfile", "!driftfile: a value is missing; use: driftfile FILE "
	  "[interval SECONDS]" },
	{ "driftfile /a /b", "!driftfile: unknown option '/b'" },
	{ "driftfile /a interval", "!driftfile interval: a value is missing; "
	  "use: interval SECONDS (in s)" },
	{ "driftfile /a interval 1h", "!driftfile interval: '1h' is not a whole "
	  "number; use: interval SECONDS (in s)" },
	{ "initstepslew 30 a.example 192.0.2.1", "initstepslew=30:a.example:"
	  "192.0.2.1:" },
	{ "initstepslew 0.5", "initstepslew=0.5:" },
	{ "initstepslew -1 h", "initstepslew=0:h:" },
	{ "initstepslew 1 a b\ninitstepslew 2 c", "initstepslew=2:c:" },
	{ "initstepslew 1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
	  "initstepslew=1:1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16:" },
	{ "initstepslew 1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
	  "!initstepslew: more than 16 hosts; use: initstepslew THRESHOLD "
	  "[HOST]... (in s)" },
	{ "initstepslew", "!initstepslew: a value is missing; use: "
	  "initstepslew THRESHOLD [HOST]... (in s)" },
	{ "initstepslew h", "!initstepslew: 'h' is not a number; use: "
	  "initstepslew THRESHOLD [HOST]... (in s)" },
	{ "makestep 1.0 3", "makestep=1:3" },
	{ "makestep 0.1 -1", "makestep=0.1:-1" },
	{ "makestep -1 3", "makestep=0:3" },
	{ "makestep 1", "!makestep: a value is missing; use: makestep "
	  "THRESHOLD LIMIT" },
	{ "makestep 1.0 3x", "!makestep: '3x' is not a whole number; use: "
	  "makestep THRESHOLD LIMIT" },
	{ "makestep 1.0 3 4", "!makestep: '4' is one word too many; use: "
	  "makestep THRESHOLD LIMIT" },
	{ "maxupdateskew 100.0", "maxupdateskew=100" },
	{ "maxupdateskew -5", "maxupdateskew=5" },
	{ "maxupdateskew x", "!maxupdateskew: 'x' is not a number; use: "
	  "maxupdateskew SKEW (in ppm)" },

	/* NTP server */
	{ "allow", "allow=yes:0:[UNSPEC]/0" },
	{ "allow all 10/8\nallow", "allow=yes:all:4:10.0.0.0/8 "
	  "allow=yes:0:[UNSPEC]/0" },
	{ "allow a.example\ndeny b.example\nallow all A.example",
	  "allow=yes:0:[UNSPEC]/0:a.example allow=no:0:[UNSPEC]/0:b.example "
	  "allow=yes:all:0:[UNSPEC]/0:a.example" },
	{ "allow 10\nallow a\nallow 11", "allow=yes:4:10.0.0.0/8 "
	  "allow=yes:0:[UNSPEC]/0:a allow=yes:4:11.0.0.0/8" },
	{ "allow a.example/8", "!allow: 'a.example/8' is neither an address "
	  "nor a host name; use: allow [all] [ADDRESS[/BITS]|NAME]" },
	{ "deny 300.1.1.1", "!deny: '300.1.1.1' is neither an address nor a "
	  "host name; use: deny [all] [ADDRESS[/BITS]|NAME]" },
	{ "allow 10.0.0.0/33", "!allow: '10.0.0.0/33' has more than 32 bits; "
	  "use: allow [all] [ADDRESS[/BITS]|NAME]" },
	{ "deny 1.2.3.4", "allow=no:4:1.2.3.4/32" },
	{ "deny 1 2", "!deny: '2' is one word too many; use: deny [all] "
	  "[ADDRESS[/BITS]|NAME]" },
	{ "bindaddress 192.0.2.1\nbindaddress 192.0.2.2", "bind4=192.0.2.2" },
	{ "bindaddress ::", "bind6=::" },
	{ "binddevice eth1", "binddevice=eth1" },
	{ "binddevice", "!binddevice: a value is missing; use: binddevice "
	  "INTERFACE" },
	{ "bindaddress ::1%lo", "!bindaddress: '::1%lo' is not an address; use: "
	  "bindaddress ADDRESS" },
	{ "local", "local=1:10:0:1:0:0:0" },
	{ "local stratum 1 distance 0.5 activate 0.25 waitsynced 1 "
	  "waitunsynced 2", "local=1:1:0:0.5:0.25:1:2" },
	{ "local stratum 15", "local=1:15:0:1:0:0:0" },
	{ "local orphan", "local=1:10:1:1:0:0:300" },
	{ "local waitunsynced -1 orphan", "local=1:10:1:1:0:0:300" },
	{ "local waitunsynced 0 orphan", "local=1:10:1:1:0:0:0" },
	{ "local orphan stratum 5\nlocal", "local=1:10:0:1:0:0:0" },
	{ "local stratum 0", "!local stratum: '0' is out of range; use: stratum "
	  "STRATUM (1 to 15)" },
	{ "local stratum 16", "!local stratum: '16' is out of range; use: "
	  "stratum STRATUM (1 to 15)" },
	{ "local distance x", "!local distance: 'x' is not a number; use: "
	  "distance DISTANCE (in s)" },
	{ "local activate", "!local activate: a value is missing; use: activate "
	  "DISTANCE (in s)" },
	{ "local waitsynced 1m", "!local waitsynced: '1m' is not a number; use: "
	  "waitsynced TIME (in s)" },
	{ "local waitunsynced 1m", "!local waitunsynced: '1m' is not a number; "
	  "use: waitunsynced TIME (in s)" },
	{ "local 10", "!local: unknown option '10'" },
	{ "port 0", "port=0 has_port=1" },
	{ "port 123", "has_port=1" },
	{ "port 65535", "port=65535 has_port=1" },
	{ "port 65536", "!port: '65536' is out of range; use: port PORT (0 to "
	  "65535)" },
	{ "port 12x", "!port: '12x' is not a whole number; use: port PORT (0 "
	  "to 65535)" },
	{ "ratelimit", "ratelimit=1:3:8:2:0" },
	{ "ratelimit interval 1 burst 16", "ratelimit=1:1:16:2:0" },
	{ "ratelimit burst 16\nratelimit leak 1 kod 2", "ratelimit=1:3:16:1:2" },
	{ "ratelimit burst 1 interval -19", "ratelimit=1:-19:1:2:0" },
	{ "ratelimit burst 255 interval 12", "ratelimit=1:12:255:2:0" },
	{ "ratelimit interval -20 leak 0 kod -1", "ratelimit=1:-19:8:1:0" },
	{ "ratelimit interval 13 leak 5 kod 5", "ratelimit=1:12:8:4:4" },
	{ "ratelimit burst 0", "!ratelimit burst: '0' is out of range; use: "
	  "burst RESPONSES (1 to 255)" },
	{ "ratelimit burst 256", "!ratelimit burst: '256' is out of range; use: "
	  "burst RESPONSES (1 to 255)" },
	{ "ratelimit interval 33", "!ratelimit interval: '33' is out of range; "
	  "use: interval INTERVAL (-32 to 32, in log2 s)" },
	{ "ratelimit leak", "!ratelimit leak: a value is missing; use: leak "
	  "LEAK (-32 to 32)" },
	{ "ratelimit kod -33", "!ratelimit kod: '-33' is out of range; use: kod "
	  "KOD (-32 to 32)" },
	{ "clientloglimit 0", "clientloglimit=0" },
	{ "clientloglimit 524288", "" },
	{ "clientloglimit 4294967295", "clientloglimit=4294967295" },
	{ "clientloglimit 4294967296", "!clientloglimit: '4294967296' is out "
	  "of range; use: clientloglimit BYTES (0 or more, in bytes)" },
	{ "clientloglimit -1", "!clientloglimit: '-1' is out of range; use: "
	  "clientloglimit BYTES (0 or more, in bytes)" },
	{ "clientloglimit 1M", "!clientloglimit: '1M' is not a whole number; "
	  "use: clientloglimit BYTES (0 or more, in bytes)" },
	{ "clientloglimit", "!clientloglimit: a value is missing; use: "
	  "clientloglimit BYTES (0 or more, in bytes)" },
	{ "noclientlog", "noclientlog=1" },
	{ "ptpport 319", "ptpport=319" },
	{ "ptpport 0", "" },
	{ "ptpport 65535", "ptpport=65535" },
	{ "ptpport 65536", "!ptpport: '65536' is out of range; use: ptpport "
	  "PORT (0 to 65535)" },
	{ "ptpport", "!ptpport: a value is missing; use: ptpport PORT (0 to "
	  "65535)" },
	{ "ptpdomain 0", "ptpdomain=0" },
	{ "ptpdomain 255", "ptpdomain=255" },
	{ "ptpdomain 256", "!ptpdomain: '256' is out of range; use: ptpdomain "
	  "DOMAIN (0 to 255)" },
	{ "ptpdomain -1", "!ptpdomain: '-1' is out of range; use: ptpdomain "
	  "DOMAIN (0 to 255)" },
	{ "noclientlog 1", "!noclientlog: '1' is one word too many; use: "
	  "noclientlog" },

	/* commands */
	{ "bindcmddevice eth1", "cmddevice=eth1" },
	{ "bindcmddevice", "!bindcmddevice: a value is missing; use: "
	  "bindcmddevice INTERFACE" },
	{ "bindcmddevice abcdefghijklmnop", "!bindcmddevice: "
	  "'abcdefghijklmnop' is too long; use: bindcmddevice INTERFACE" },
	{ "cmdratelimit", "cmdratelimit=1:-4:8:2:0" },
	{ "cmdratelimit interval 1 burst 16 leak 3",
	  "cmdratelimit=1:1:16:3:0" },
	{ "cmdratelimit interval -20\ncmdratelimit leak 5",
	  "cmdratelimit=1:-19:8:4:0" },
	{ "cmdratelimit kod 1", "!cmdratelimit: unknown option 'kod'" },
	{ "opencommands", "opencommands=0" },
	{ "opencommands clients", "opencommands=4" },
	{ "opencommands clients TRACKING", "opencommands=1004" },
	{ "opencommands clients\nopencommands activity", "opencommands=1" },
	{ "opencommands activity authdata clients manual ntpdata rtcdata "
	  "selectdata serverstats smoothing sourcename sources sourcestats "
	  "tracking", "opencommands=1fff" },
	{ "opencommands tracking \"clients\"", "!opencommands: 'clients' "
	  "must not stand in quotes; use: opencommands [COMMAND]..." },
	{ "opencommands all", "!opencommands: 'all' is none of activity "
	  "authdata clients manual ntpdata rtcdata selectdata serverstats "
	  "smoothing sourcename sources sourcestats tracking; use: "
	  "opencommands [COMMAND]..." },
	{ "bindcmdaddress 0.0.0.0", "cmd4=0.0.0.0" },
	{ "bindcmdaddress ::", "cmd6=::" },
	{ "bindcmdaddress /", "cmd_socket=" },
	{ "bindcmdaddress /run/x", "cmd_socket=/run/x" },
	{ "bindcmdaddress run/x", "!bindcmdaddress: 'run/x' is not an address; "
	  "use: bindcmdaddress ADDRESS|PATH" },
	{ "bindcmdaddress", "!bindcmdaddress: a value is missing; use: "
	  "bindcmdaddress ADDRESS|PATH" },
	{ "cmdallow 1.2", "cmdallow=yes:4:1.2.0.0/16" },
	{ "cmdallow a.example", "cmdallow=yes:0:[UNSPEC]/0:a.example" },
	{ "cmddeny all a.example",
	  "cmdallow=no:all:0:[UNSPEC]/0:a.example" },
	{ "cmddeny 1.2.3.4.5", "!cmddeny: '1.2.3.4.5' is neither an address "
	  "nor a host name; use: cmddeny [all] [ADDRESS[/BITS]|NAME]" },
	{ "cmdallow ALL", "!cmdallow: 'ALL' is neither an address nor a host "
	  "name; use: cmdallow [all] [ADDRESS[/BITS]|NAME]" },
	{ "cmddeny all", "cmdallow=no:all:0:[UNSPEC]/0" },
	{ "cmddeny ::1/129", "!cmddeny: '::1/129' has more than 128 bits; use: "
	  "cmddeny [all] [ADDRESS[/BITS]|NAME]" },
	{ "cmdport 0", "cmdport=0 has_cmdport=1" },
	{ "cmdport 70000", "!cmdport: '70000' is out of range; use: cmdport "
	  "PORT (0 to 65535)" },

	/* the rest */
	{ "rtcsync", "rtcsync=1" },
	{ "rtcsync yes", "!rtcsync: 'yes' is one word too many; use: rtcsync" },
	{ "log", "" },
	{ "log measurements", "log=1" },
	{ "log statistics\nlog tracking", "log=6" },
	{ "log selection", "log=8" },
	{ "log rawmeasurements", "log=16" },
	{ "log Tracking", "!log: 'Tracking' must be in lower case; use: log "
	  "[NAME]..." },
	{ "log all", "!log: unknown option 'all'" },
	{ "logbanner 0", "logbanner=0" },
	{ "logbanner 1", "logbanner=1" },
	{ "logbanner -1", "!logbanner: '-1' is out of range; use: logbanner "
	  "ENTRIES (0 or more)" },
	{ "logbanner", "!logbanner: a value is missing; use: logbanner ENTRIES "
	  "(0 or more)" },
	{ "logchange 0.5", "logchange=0.5" },
	{ "logchange 0.5s", "!logchange: '0.5s' is not a number; use: logchange "
	  "THRESHOLD (in s)" },
	{ "logchange 1 2", "!logchange: '2' is one word too many; use: "
	  "logchange THRESHOLD (in s)" },
	{ "mailonchange root@localhost 0.5", "mail=root@localhost:0.5" },
	{ "mailonchange root", "!mailonchange: a value is missing; use: "
	  "mailonchange ADDRESS THRESHOLD" },
	{ "mailonchange root much", "!mailonchange: 'much' is not a number; "
	  "use: mailonchange ADDRESS THRESHOLD" },
	{ "mailonchange root 1 2", "!mailonchange: '2' is one word too many; "
	  "use: mailonchange ADDRESS THRESHOLD" },
	{ "log rtc", "!option 'rtc' (the real-time clock) is known, but not in "
	  "this version; remove the word" },
	{ "logdir /a", "logdir=/a" },
	{ "logdir", "!logdir: a value is missing; use: logdir DIRECTORY" },
	{ "confdir /a", "!confdir: not possible here; use it in a configuration "
	  "file" },
	{ "include /a", "!include: not possible here; use it in a configuration "
	  "file" },
	{ "sourcedir /a\nsourcedir /b /c",
	  "sourcedir=0:/a sourcedir=1:/b sourcedir=1:/c" },
	{ "sourcedir", "!sourcedir: a value is missing; use: sourcedir "
	  "DIRECTORY..." },
	{ "sourcedir 1 2 3 4 5 6 7 8 9 10 11", "!sourcedir: more than 10 "
	  "directories in a line; use: sourcedir DIRECTORY..." },
	{ "keyfile /a", "keyfile=/a" },
	{ "keyfile /a b", "!keyfile: 'b' is one word too many; use: keyfile "
	  "FILE" },
	{ "pidfile /a", "pidfile=/a" },
	{ "pidfile /", "pidfile=" },
	{ "pidfile", "!pidfile: a value is missing; use: pidfile FILE" },
	{ "user ntp", "user=ntp" },
	{ "user aaaaaaaabbbbbbbbaaaaaaaabbbbbbbbaaaaaaaabbbbbbbbaaaaaaaabbbbbbbb",
	  "!user: 'aaaaaaaabbbbbbbbaaaaaaaabbbbbbbbaaaaaaaabbbbbbbbaaaaaaaa"
	  "bbbbbbbb' is too long; use: user NAME" },
	{ "commandkey 1", "" },
	{ "generatecommandkey", "" },
	{ "linux_hz 100", "" },
	{ "linux_freq_scale 1.0 x", "" },

	/* hardware that this version does not know, with any grammar */
	{ "refclock SHM 0 refid GPS", "!directive 'refclock' (a hardware "
	  "reference clock) is known, but not in this version; take time from "
	  "servers" },
	{ "rtcfile", "!directive 'rtcfile' (track the real-time clock) is "
	  "known, but not in this version; remove the line; rtcsync keeps that "
	  "clock right" },
	{ "hwtimestamp *", "!directive 'hwtimestamp' (timestamps of the network "
	  "card) is known, but not in this version; remove the line: the "
	  "kernel's timestamps are used" },

	/* names of files in quotes, and nothing else */
	{ "driftfile \"/a b\" interval 60",
	  "driftfile=/a b drift_interval=60" },
	{ "logdir \"/a\"", "logdir=/a" },
	{ "logdir \"\"", "!logdir: '' is empty; use: logdir DIRECTORY" },
	{ "bindcmdaddress \"/a\"", "cmd_socket=/a" },
	{ "ntstrustedcerts 1 \"/a\"", "trusted=1:/a" },
	{ "ntstrustedcerts \"1\" \"/a\"", "!ntstrustedcerts: '1' must not "
	  "stand in quotes; use: ntstrustedcerts [SETID] PATH (0 or more)" },
	{ "ntsservercert \"/a\"\nntsserverkey \"/b\"", "cert=/a key=/b" },
	{ "sourcedir \"/a\" /b", "sourcedir=0:/a sourcedir=0:/b" },
	{ "server \"a\"", "!server: 'a' must not stand in quotes; use: server "
	  "HOST [OPTION]..." },
	{ "server a \"iburst\"", "!server: option 'iburst' must not stand "
	  "in quotes" },
	{ "\"server\" a", "!directive 'server' must not stand in quotes" },
	{ "maxdrift \"1\"", "!maxdrift: '1' must not stand in quotes; use: "
	  "maxdrift DRIFT (0 to 500000, in ppm)" },
	{ "allow \"10\"", "!allow: '10' must not stand in quotes; use: allow "
	  "[all] [ADDRESS[/BITS]|NAME]" },
	{ "logdir /a b\"", "!logdir: 'b\"' is one word too many; use: logdir "
	  "DIRECTORY" },

	/* what is no directive */
	{ "sever a", "!unknown directive 'sever'; did you mean 'server'?" },
	{ "xyzzyplugh", "!unknown directive 'xyzzyplugh'" },
};
#define CASES (sizeof(cases) / sizeof(*cases))

/* "!" and what is said, without the place. */
static void message(struct conf_error *error, char *buf, size_t size)
{
	error->place.line = 0;
	*buf = '!';
	conf_error_message(error, buf + 1, size - 1);
}

static void test_case(void **state)
{
	const struct language_case *c = *state;
	static char got[DESCRIBE_SIZE];
	struct conf_error error = { .text = "" };
	struct config config;

	if (conf_parse_text(c->text, strlen(c->text), &config, &error)) {
		describe_changes(&config, got, sizeof(got));
	} else {
		assert_string_equal(error.place.file, "");
		assert_int_equal(error.place.line, 1);
		assert_int_not_equal(error.place.column, 0);
		message(&error, got, sizeof(got));
	}
	config_free(&config);
	assert_string_equal(got, c->want);
}

/* Is there a case of `directive` (and of its option), accepted or refused? */
static bool has_case(const char *directive, const char *option, bool refused)
{
	for (size_t i = 0; i < CASES; i++) {
		const char *text = cases[i].text, *at;
		size_t n = strlen(directive);

		if ((cases[i].want[0] == '!') != refused ||
		    strncmp(text, directive, n) != 0 || !strchr(" \n", text[n]))
			continue;
		if (!option)
			return true;
		n = strlen(option);
		for (at = text; (at = strstr(at, option)); at += n)
			if (at[-1] == ' ' && strchr(" \n", at[n]))
				return true;
	}
	return false;
}

static void test_every_directive_has_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < conf_directives.count; i++) {
		const struct conf_word *w = &conf_directives.rows[i];
		bool takes_all = w->parse == conf_ignored ||
		    w->parse == conf_obsolete;

		if (!w->parse)
			continue;
		if (w->parse != conf_expanded && !has_case(w->name, NULL, false))
			fail_msg("no accepted form of '%s'", w->name);
		if (!takes_all && strcmp(w->name, "pool") != 0 &&
		    !has_case(w->name, NULL, true))
			fail_msg("no refused form of '%s'", w->name);
	}
}

static void every_option(const char *directive, const char *instead,
    const struct conf_words *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct conf_word *w = &table->rows[i];

		if (!w->parse)
			continue;
		if (!has_case(directive, w->name, false) &&
		    !has_case(instead, w->name, false))
			fail_msg("no accepted form of '%s %s'", directive,
			    w->name);
		if (*w->args && !has_case(directive, w->name, true) &&
		    !has_case(instead, w->name, true))
			fail_msg("no refused form of '%s %s'", directive,
			    w->name);
	}
}

static void test_every_option_has_cases(void **state)
{
	(void)state;
	every_option("server", "pool", &conf_source_options);
	every_option("local", "local", &conf_local_options);
	every_option("ratelimit", "ratelimit", &conf_ratelimit_options);
	every_option("log", "log", &conf_log_words);
	every_option("driftfile", "driftfile", &conf_driftfile_options);
}

static void refused(const char *text, const char *want)
{
	struct config config;
	struct conf_error error = { .text = "" };
	char got[CONF_ERROR_SIZE];

	assert_false(conf_parse_text(text, strlen(text), &config, &error));
	message(&error, got, sizeof(got));
	assert_string_equal(got + 1, want);
}

/* What has a row but no parser says so, with any arguments. */
static void refused_word(const char *head, const char *kind,
    const struct conf_word *w)
{
	char text[100], want[300];

	if (w->parse)
		return;
	snprintf(text, sizeof(text), "%s%s x", head, w->name);
	assert_non_null(w->instead);
	snprintf(want, sizeof(want), "%s '%s' (%s) is known, but not in this "
	    "version; %s", kind, w->name, w->help, w->instead);
	refused(text, want);
}

static void test_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < conf_directives.count; i++)
		refused_word("", "directive", &conf_directives.rows[i]);
	for (size_t i = 0; i < conf_source_options.count; i++)
		refused_word("server a ", "option",
		    &conf_source_options.rows[i]);
	for (size_t i = 0; i < conf_log_words.count; i++)
		refused_word("log ", "option", &conf_log_words.rows[i]);
}

/* All words of the reference are there. */
static void test_names(void **state)
{
	(void)state;
	assert_int_equal(conf_directives.count, 100);
	assert_int_equal(conf_source_options.count, 36);
	assert_null(conf_directive("serve"));
	assert_null(conf_directive(""));
}

static void test_defaults(void **state)
{
	static struct description d;
	struct config c;

	(void)state;
	config_init(&c);
	describe_config(&d, &c);
	assert_string_equal(d.text,
	    "nosystemcert=0 nocerttimecheck=0 ntsrefresh=2419200 aeads=30,15, "
	    "ntsdumpdir= nts_port=4460 ntsprocesses=1 maxntsconnections=100 "
	    "ntsrotate=604800 ntsntpserver= ntsratelimit=0:6:8:2:0 port=123 "
	    "has_port=0 bind4=[UNSPEC] bind6=[UNSPEC] ratelimit=0:3:8:2:0 "
	    "ptpport=0 ptpdomain=123 clientloglimit=524288 noclientlog=0 "
	    "local=0:10:0:1:0:0:0 acq4=[UNSPEC] acq6=[UNSPEC] "
	    "acquisitionport=-1 acqdevice= binddevice= dscp=0 lock_all=0 "
	    "sched_priority=0 minsamples=6 "
	    "maxsamples=0 authselectmode=0 combinelimit=3 maxdistance=3 "
	    "maxjitter=1 reselectdist=0.0001 stratumweight=0.001 minsources=1 "
	    "maxstratum=15 minstratum=0 "
	    "corrtimeratio=0 maxclockerror=1 maxdrift=500000 "
	    "maxslewrate=83333.333 maxupdateskew=1000 makestep=0:0 driftfile= "
	    "drift_interval=3600 leapsecmode=0 leapsectz= leapseclist= "
	    "maxchange=0:0:0:0 fallbackdrift=0:0 rtcsync=0 "
	    "cmd4=127.0.0.1 cmd6=::1 cmddevice= cmdratelimit=0:-4:8:2:0 "
	    "opencommands=1f29 cmd_socket=" HORA_COMMAND_SOCKET
	    " cmdport=323 has_cmdport=0 logdir= log=0 logbanner=32 logchange=1 "
	    "mail=:0 keyfile= pidfile=" HORA_PID_FILE " user=" HORA_USER " ");
	config_free(&c);
}

/* What clientloglimit has room for. */
static void test_client_records(void **state)
{
	static const struct { uint32_t bytes, records; } rows[] = {
		{ 0, 16 }, { 2048, 16 }, { 4095, 16 }, { 4096, 32 },
		{ 524287, 2048 }, { 524288, 4096 }, { 1048575, 4096 },
		{ UINT32_C(1) << 31, UINT32_C(1) << 24 },
		{ UINT32_MAX, UINT32_C(1) << 24 },
	};
	struct config c;

	(void)state;
	config_init(&c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		c.clientloglimit = rows[i].bytes;
		assert_int_equal(config_client_records(&c), rows[i].records);
	}
	c.noclientlog = true;
	assert_int_equal(config_client_records(&c), 0);
	config_free(&c);
}

static void test_source_defaults(void **state)
{
	struct source_config s;

	(void)state;
	memset(&s, 0xff, sizeof(s));
	source_config_init(&s, SOURCE_POOL);
	assert_int_equal(s.type, SOURCE_POOL);
	assert_string_equal(s.name, "");
	assert_int_equal(s.family, IP_NONE);
	assert_int_equal(s.port, 123);
	assert_int_equal(s.nts_port, 4460);
	assert_int_equal(s.minpoll, 6);
	assert_int_equal(s.maxpoll, 10);
	assert_int_equal(s.minsamples, -1);
	assert_int_equal(s.maxsamples, -1);
	assert_int_equal(s.maxsources, 4);
	assert_int_equal(s.polltarget, 8);
	assert_int_equal(s.maxunreach, 100000);
	assert_true(s.maxdelay_s == 3);
	assert_true(s.maxdelayratio == 0);
	assert_true(s.maxdelaydevratio == 0);
	assert_false(s.iburst || s.nts || s.offline || s.select_options);
}

int main(void)
{
	static struct CMUnitTest tests[CASES + 7];
	static char names[CASES][60];
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(test_every_directive_has_cases),
		cmocka_unit_test(test_every_option_has_cases),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_client_records),
		cmocka_unit_test(test_source_defaults),
	};

	for (size_t i = 0; i < CASES; i++) {
		/* A name is one line. */
		snprintf(names[i], sizeof(names[i]), "%s", cases[i].text);
		for (char *c = names[i]; *c; c++)
			if (*c == '\n')
				*c = ';';
		tests[i] = (struct CMUnitTest){ .name = names[i],
			.test_func = test_case, .initial_state = (void *)&cases[i] };
	}
	memcpy(tests + CASES, others, sizeof(others));
	return cmocka_run_group_tests_name("conf/directives", tests, NULL, NULL);
}
