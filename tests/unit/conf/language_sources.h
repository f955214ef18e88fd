/* SPDX-License-Identifier: Apache-2.0 */
/* Sources of time, and how they are asked. */
#ifndef HORA_TESTS_CONF_LANGUAGE_SOURCES_H
#define HORA_TESTS_CONF_LANGUAGE_SOURCES_H

#include "unit/conf/language.h"

/* As long as a name may be. */
#define NAME_255 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct language_case source_cases[] = {
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
	{ "server a maxdelayratio x", "!server maxdelayratio: 'x' is not a "
	  "number; use: maxdelayratio RATIO" },
	{ "server a maxdelay inf", "server=a,maxdelay_s=1000" },
	{ "server a maxdelayratio 2 maxdelayratio inf", "server=a" },
	{ "server a maxdelaydevratio 2 maxdelaydevratio Inf", "server=a" },
	{ "server a mindelay inf", "!server mindelay: 'inf' is not a number; "
	  "use: mindelay DELAY (in s)" },
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
	{ "server a maxntsretry -32", "server=a,maxntsretry=-32" },
	{ "server a maxntsretry 32", "server=a,maxntsretry=32" },
	{ "server a maxntsretry 33", "!server maxntsretry: '33' is out of range; "
	  "use: maxntsretry N (-32 to 32, in log2 s)" },
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
};

#endif
