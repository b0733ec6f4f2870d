"""How APIs call what pages their lists: in answers, in headers and in requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")


def plain(name: str) -> str:
    """Return what the spellings of a name have in common: `pageSize`, `page_size` and `page[size]` are `pagesize`."""
    return _SEPARATORS.sub("", name.lower())


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _table(**words: str) -> Mapping[str, str]:
    return {word: role for role, listed in words.items() for word in listed.split()}


LISTS: Final = _words(
    "items entities data results result values value records entries list rows elements content contents members"
    " member hits documents docs objects resources collection nodes edges payload"
)
"""What the list of an answer is called where it is not called after what is in it."""

ASIDE: Final = _words(
    "errors error warnings messages message included links facets aggregations columns headers sort sorts filters"
    " fields tags parameters params meta notes scopes permissions roles labels"
)
"""Lists beside the list of an answer."""

WRAPPERS: Final = _words("embedded data result results response payload body content page search")
"""Members that hold the list of an answer, or an object with it."""

ABOUT: Final = _words(
    "meta metadata paging pagination page pageinfo pages links link cursor cursors resultinfo responsemetadata"
    " pagingmetadata paginationmetadata pagemetadata pagedetails listmeta navigation info"
)
"""Members that say something about the page."""

COUNTS: Final = _table(
    total=(
        "total totalcount totalitems totalresults totalelements totalrecords totalsize totalhits totalrows totalentries"
        " totalentities totalnumber totalobjects totalresultcount totalitemcount itemstotal numfound fullcount"
        " odatacount nbhits recordcount recordstotal hitcount totalmatches totalavailable resulttotal totalresultscount"
        " xtotal countall numberofresults"
    ),
    pages="pagecount totalpages pages numpages nbpages pagetotal numberofpages totalpagecount maxpage pagestotal",
    size=(
        "pagesize perpage limit itemsperpage pagelimit maxresults maxitems resultsperpage size recordsperpage"
        " entriesperpage elementsperpage"
    ),
    number="page pagenumber currentpage pageindex number pageno current pagenum currentpagenumber pagecurrent",
    offset="offset start skip startindex startat pageoffset",
    shown=(
        "numberofelements itemcount currentitemcount returned returnedcount pageitems resultcount currentcount"
        " currentpagesize numresults"
    ),
    count="count",
    start_item="from firstitem fromindex",
    end_item="to lastitem toindex end",
    next_number="nextpage next nextpagenumber",
    previous_number="prevpage previouspage prev previous previouspagenumber prevpagenumber",
    first_number="firstpage first",
    pages_last="lastpage last lastpagenumber",
    next_offset="nextoffset nextstart nextskip nextpagestart",
)
"""Numbers. `shown` is how many items this page has; `count` is that where there is a total besides, else the total."""

LINKS: Final = _table(
    next=(
        "next nexturi nexturl nextlink nextpageurl nextpageuri nexthref nextpagelink odatanextlink nextpage"
        " nextpagepath"
    ),
    previous=(
        "prev previous prevuri previousuri prevurl previousurl prevlink previouslink prevpageurl previouspageurl"
        " prevpage previouspage previouspageuri prevhref previoushref previouspagelink prevpagelink"
    ),
    first="first firsturi firsturl firstpageurl firstlink firstpage firsthref firstpageuri firstpagelink",
    last="last lasturi lasturl lastpageurl lastlink lastpage lasthref lastpageuri lastpagelink",
    self="self selfuri selfurl selflink selfhref currenturl currentpageurl",
)
HREFS: Final = ("href", "url", "uri", "link")
"""The member of a link that is an object."""

CURSORS: Final = _table(
    next_cursor=(
        "nextcursor cursor nexttoken nextpagetoken continuationtoken continuation nextmarker endcursor pagetoken after"
        " cursornext nextcontinuationtoken marker bookmark nextbookmark nextpagecursor pagingtoken nextkey nextpagekey"
        " nextpageid nextstartkey nextsynctoken skiptoken afterid aftercursor cursorafter scrollid continuetoken"
        " iterator nextiterator continue"
    ),
    previous_cursor=(
        "previouscursor prevcursor previouspagetoken prevpagetoken startcursor before cursorprevious previoustoken"
        " prevtoken beforecursor cursorbefore previterator previousiterator"
    ),
)
FLAGS: Final = _table(
    has_more="hasmore hasnext hasnextpage more moreavailable moreitems istruncated hasmoreitems moreresults next"
    " morerecords hasmoreresults hasmorepages hasmoredata",
    has_previous="hasprevious hasprev haspreviouspage hasprevpage previous prev",
    is_first="first isfirst isfirstpage firstpage",
    is_last="last islast islastpage lastpage done",
    is_empty="empty isempty",
)
WEAK: Final = _words(
    "size number start from to end count first last current limit skip offset page pages more empty self selfuri"
    " selfurl selflink selfhref after before cursor marker returned next prev previous info iterator continue done"
)
"""Words that say something about a page only where another one does, or in a member that is about the page."""

HEADERS: Final = _table(
    total="total totalcount totalitems totalresults count totalrecords totalelements itemscount resultcount",
    pages="pagecount totalpages pages lastpage numpages",
    size="perpage pagesize limit itemsperpage",
    number="page pagenumber currentpage pageindex",
    offset="offset",
    next_number="nextpage",
    previous_number="prevpage previouspage",
    next="next nextlink nexturl nextpageurl",
    next_cursor="nextcursor cursor nexttoken nextpagetoken continuationtoken",
    has_more="hasmore hasnextpage",
    link="link",
)
"""Headers, without `X-` and what says that they are about paging."""

STRONG_PARAMETERS: Final = _table(
    page="page pagenumber pageindex pageno pagenum currentpage pagenr",
    size=(
        "pagesize perpage limit maxresults top maxitems itemsperpage resultsperpage pagelimit maxpagesize maxrecords"
        " maxresultsperpage recordsperpage take pagelength"
    ),
    offset="offset skip startindex startat pageoffset startrow firstresult startposition startrecord",
    after=(
        "cursor pagetoken nexttoken continuation continuationtoken startingafter marker bookmark nextpagetoken"
        " nextcursor pagecursor skiptoken pageafter aftercursor cursorafter nextmarker pagemarker paginationtoken"
        " exclusivestartkey scrollid continuetoken nextpagekey"
    ),
    before="endingbefore pagebefore beforecursor cursorbefore",
)
WEAK_PARAMETERS: Final = _table(
    page="p",
    size="size count first rows max num results length n number",
    offset="start from",
    after="after next lastid afterid fromid startkey iterator continue",
    before="before beforeid",
)
"""Words that page only where another parameter does."""
