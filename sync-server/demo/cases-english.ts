/** Cases in English, for buyers and colleagues abroad. The form is told in `demo-cases.ts`. */
export const englishCases = `
# Where is my parcel / versand / lieferung
? My order has not arrived
? Parcel is late
- Open the order and its tracking number
- Read the last event of the parcel
- Start a trace after five working days without one
= your parcel is on its way; the tracking number shows its last stop. If nothing has moved by tomorrow, we ask the carrier to trace it.
! Order number*
+ delivery

# Parcel marked as delivered but missing / versand / reklamation
? It says delivered but I have nothing
? Delivered to a neighbour
- Fetch place and signature of the delivery
- Ask the customer to look there and at the neighbours
- Start a trace, replace after three days
= the carrier left it at the place named below. If it is not there, we trace it and send a replacement within three days.
~ Where is my parcel
! Order number*

# Parcel arrived damaged / versand / reklamation
? Box was torn open
? Item broken on arrival
- Ask for two photographs
- Offer a replacement or a refund
- Report the damage to the carrier
= we are sorry about this. Please send us two photographs; the replacement leaves today and you may keep the damaged item.
! Order number*; Wish* (replacement, refund)

# Wrong item delivered / versand / reklamation
? Received the wrong size
? This is not what I ordered
- Compare order and delivery note
- Reserve the right item
- Send a return label
= the right item is reserved for you. It leaves as soon as your parcel is scanned with the label attached.
! Order number*; Item received*

# Item missing from the parcel / versand / reklamation
? Part of my order is missing
? Incomplete delivery
- Check for a second parcel
- Compare the weight of the parcel
- Send what is missing
= your order travels in two parcels, and the second one is on its way.
~ Wrong item delivered

# Change the delivery address / versand / lieferung
? I gave the wrong address
? Moving house before delivery
- Check whether the parcel is packed
- Before: change the address
- After: redirect with the carrier
= as long as it is not packed we change the address for you. After that, redirect it with the tracking number.
! Order number*; New address*

# Deliver to a pick-up point / versand / lieferung
? Can I collect it
? Parcel locker
- Name the carrier's redirection page
- Explain that it works until the evening before
= with the tracking number you choose a pick-up point with the carrier, until the evening before delivery.
~ Change the delivery address

# Shipping abroad / versand / lieferung
? Do you ship to Ireland
? Customs and duties
- Name the list of countries and the costs
- Explain customs outside of the EU
- Name the time it takes
= we ship to the countries of the list. Outside of the EU, customs and taxes are paid by whoever receives the parcel.

# Return an item / kundenkonto / reklamation
? How do I send something back
? Return label
- Open the order in the account
- Choose item and reason
- Print the label or use the code
= open the order in your account and choose "Return". You get a label or a code for the counter.

# Return after the deadline / kundenkonto / reklamation / 2
? More than 30 days
? Missed the return window
- Ask for date and condition
- Up to 45 days: voucher
- After that: warranty only
= the deadline has passed. As a gesture we take unused items back for a voucher within 45 days.
~ Return an item
% agent answer
% admin change

# Refund has not arrived / zahlungsdienst / erstattung
? Still waiting for my refund
? Returned two weeks ago, no money
- Check that the return was scanned
- Name date and way of the refund
- After five bank days: ask accounting
= your return has arrived and the refund is on its way. Depending on your bank it takes up to five working days.
! Order number*
> older than 14 days: Accounting

# Refund to another account / zahlungsdienst / erstattung / 2
? My card was replaced
? Refund to a different bank
- Wait until the refund bounces
- Compare the name of the account with the buyer
- Take the IBAN through the form only
= as soon as the refund comes back to us we transfer it. Please enter your IBAN in the form, never in a mail.
~ Refund has not arrived
% agent forward
% admin change

# Charged twice / zahlungsdienst / erstattung
? Double charge
? Paid two times
- Tell a reservation from a charge
- Look for the second payment
- Refund it
= one of the two is only reserved and disappears within days. If both are charged we refund one at once.
! Order number*

# Payment declined / zahlungsdienst / bar
? My credit card does not work
? Checkout fails
- Ask for the method and the message
- Mention the confirmation in the banking app
- Offer another method
= your bank has not confirmed the payment. Please approve it in your banking app or choose another method.

# Invoice missing / kundenkonto / rechnung
? I need an invoice
? Invoice was not in the mail
- Find the order
- Send the invoice again
- Point to the account
= the invoice is on its way again. In your account you find it under "Orders" at any time.

# Invoice for a company / kundenkonto / rechnung / 2
? VAT number on the invoice
? Company name on the invoice
- Within 14 days: issue it again
- Take name and VAT number
- Cancel the old one
= we issue the invoice to your company and cancel the old one.
~ Invoice missing
! Company*; VAT number

# Cancel an order / kundenkonto / bestellung
? Ordered by mistake
? Stop my order
- Before packing: cancel it
- After: refuse or return it
- Announce the refund
= the order is cancelled, and the amount goes back the way you paid.
! Order number*
% agent change

# Add something to an order / kundenkonto / bestellung
? Forgot an item
? Combine two orders
- Explain that orders cannot grow
- Offer a second order without shipping costs
- Send the code
= an order cannot be changed any more. With the code you order again today without shipping costs.

# Back in stock / kundenkonto / bestellung
? When is it available again
? Sold out
- Read the next delivery in the stock
- Suggest the notification
- Name a similar item
= the next delivery is announced. Choose "Notify me" at the item and you hear of it first.

# Voucher not accepted / kundenkonto / reklamation
? Voucher code invalid
? Discount does not work
- Check value and validity
- Compare the minimum order
- Have the code copied from the mail
= the voucher is valid from the minimum order on. Add a little and it is accepted.
! Voucher number*

# Lost voucher / kundenkonto / konto / 2
? Deleted the voucher mail
? Gift card gone
- Find the purchase
- Check what is left of it
- Send it again to the buyer
= we have sent the voucher to the buyer's address again; the old code is blocked.
~ Voucher not accepted

# Forgot the password of the account / kundenkonto / anmeldung
? Cannot log in
? Password reset
- Send the reset mail
- Have the spam folder checked
- Look for a typo in the address
= the link to reset it is on its way. It is valid for an hour; please look into your spam folder as well.

# Change the mail address of the account / kundenkonto / konto
? New e-mail address
? Old mailbox is closed
- Have two orders named as proof
- Start the change
- Confirmation goes to the new address
= the change has begun. Please confirm it in the mail to your new address.
! Proven by* (orders, identity card)
% agent change

# Delete my account / kundenkonto / konto / 2
? Remove my data
? Close the account
- Check open orders and credit
- Start the deletion
- Explain how long invoices are kept
= your account is deleted within seven days. Invoices must be kept for ten years and are blocked.
> asks for a copy of the data: Data protection

# Copy of my data / kundenkonto / konto / 2
? What do you store about me
? Data access request
- Make sure who is asking
- Enter the request in the register
- Name the deadline of one month
= your request is registered. You receive the copy within a month.
> always: Data protection
~ Delete my account

# Stop the newsletter / kundenkonto / konto
? Unsubscribe
? No more advertising
- Take the address off the list
- Mention two days of delay
= you are unsubscribed. What was prepared before may still arrive for two days.
% agent change

# Answer a public review / kundenkonto / reklamation
? Bad review
? One star online
- Find the order
- Answer calmly, name no data
- Offer direct contact
= thank you for telling us. We would like to put this right; please send us your order number.

# Which size fits / kundenkonto / frage
? Size chart
? Between two sizes
- Ask for measures
- Send the chart of the brand
- Mention the free exchange
= by your measures the size below fits. If it does not, the exchange is free.

# Broken within warranty / kundenkonto / reklamation / 2
? Stopped working after a year
? Warranty claim
- Take date and fault
- Clarify whether maker or we
- Return with the case number
= within two years this is ours to solve. Please send it in with the label; you hear from us after the inspection.
! Order number*; Fault*
> somebody was hurt: Product safety

# Order I did not place / zahlungsdienst / konto / 2
? Unknown charge
? Somebody used my account
- Block the account, reset the password
- Stop the shipping
- Recommend a report, note its number
= account and shipping are stopped. Please choose a new password and report it to the police; the number of the report helps us.
! Order number*
> more than 500 euros: Fraud prevention

# Printer does not print / arbeitsplatz / drucken
? Nothing comes out of the printer
? Printer offline
- Switch it on, check paper and flaps
- Empty the print queue
- Restart the print spooler
- Print a test page
= please switch the printer off and on. We have emptied its queue; a test page should come now.
! Device number*
> no test page: On-site technician

# Install a printer / arbeitsplatz / drucken
? Printer driver missing
? New printer not found
- Read the number on the label
- Add it in the company portal
- Make it the default
= you find the printer in the company portal under its number; the driver comes with it.
~ Printer does not print

# Password forgotten / arbeitsplatz / anmeldung
? Cannot sign in to my computer
? Reset my password
- Call back on the known number
- Set a one-time password
- Stay until the new one is set
= we have set a one-time password. You choose a new one when you sign in: at least 12 characters.
! Called back* (yes, no)
% agent change

# Account locked / arbeitsplatz / anmeldung
? Too many wrong passwords
? Locked out
- Check the time of the lock
- Remove old passwords on phones
- Unlock the account
= the account is open again. Most often a phone still sends the old password; please change it there too.
~ Password forgotten

# New phone for the second factor / arbeitsplatz / anmeldung
? Lost my authenticator
? Code does not work after changing phones
- Have the manager confirm the person
- Remove the old factor
- Set up the new one
= the old factor is removed. When you sign in, a code appears for your new phone to scan.
! Confirmed by*
% agent forward
% admin change

# VPN does not connect / vpn / netz
? Remote access fails
? VPN error at home
- Check the internet without VPN
- Check the clock of the device
- Load the profile again
= please load the VPN profile again in the company portal. A wrong clock also makes it fail.

# VPN drops all the time / vpn / netz
? Disconnected every few minutes
? Unstable remote access
- Try a cable instead of Wi-Fi
- Turn off power saving of the network card
- Switch the access to TCP
= we have switched your access to TCP, which is slower and steadier. A cable helps in any case.
~ VPN does not connect

# Mailbox full / mail / post
? Cannot send mails
? Quota exceeded
- Show the size of the mailbox
- Move large attachments to the archive
- Empty the deleted items
= your mailbox had reached its limit. After archiving the large attachments you can send again.

# Mail not received / mail / post
? My e-mail did not arrive
? Recipient gets nothing
- Search the log for recipient and time
- Read the answer of the other server
- Compare the address
= the other server has refused the mail. We forward you its answer with the reason.
! Recipient*

# Suspicious mail / mail / post
? Is this phishing
? Strange attachment
- Click nothing, forward it as an attachment
- Check sender and links
- If clicked: change the password
= thank you for telling us. It is a fraud; please delete it. If you clicked on anything, call us at once.
! Clicked* (yes, no)
> a password was entered: Information security

# Out of office / mail / frage
? Automatic reply
? Holiday message
- Open "Automatic replies"
- Enter period and both texts
- Forward to colleagues only
= under "Automatic replies" you set the period and both texts. Forwarding to the outside is not allowed.

# Shared mailbox / mail / rechte
? Team mailbox missing
? Access to a shared mailbox
- Ask the owner
- Grant reading and sending
- Restart the mail program
= after the owner's approval the mailbox appears by itself when the program starts.
! Mailbox*; Approved by*

# Network drive missing / arbeitsplatz / netz
? Drive S is gone
? Shared folder not there
- Check the connection to the network
- Run the sign-in script again
- Check the group
= the drive is connected when you sign in. Please sign in again inside the network or with VPN.

# Access to a folder / arbeitsplatz / rechte
? Access denied
? Need a shared folder
- Find the owner
- Get the approval in writing
- Add the person to the group
= once the owner agrees we add you to the group. Sign out and in again afterwards.
! Folder*; Approved by*
% agent forward
% admin change

# File deleted by mistake / arbeitsplatz / bestand
? Restore a file
? Folder disappeared
- Look at the bin and at earlier versions
- Narrow down the time
- Ask for a restore
= we have brought back last night's version. Please check the file.
! Path*

# Computer is slow / arbeitsplatz / geraet
? Everything takes ages
? Laptop freezes
- Check the last restart
- Look at memory and free space
- Move large files
= it had been running for weeks and its disk was full. After a restart and some tidying it works normally.

# Screen stays black / arbeitsplatz / geraet
? Monitor not detected
? Second screen black
- Plug the cable in again at both ends
- Unplug the docking station for 30 seconds
- Press Windows+P
= please unplug the docking station for 30 seconds. With Windows+P choose "Extend".

# No sound in meetings / arbeitsplatz / geraet
? Nobody hears me
? Headset silent
- Check the mute switch
- Choose the device in the sound settings
- Use another USB port
= please choose the headset for input and output in the sound settings; its mute switch was on.

# Lost or stolen device / arbeitsplatz / geraet
? Laptop stolen
? Lost company phone
- Lock and wipe it at once
- Change the password
- Report it to the police
- Order a replacement
= the device is locked. Please change your password and send us the number of the police report.
! Device number*; Lost on*
> personal data concerned: Data protection

# Install a program / arbeitsplatz / rechte
? Need software
? No rights to install
- Search the company portal
- Else note licence and purpose
- Get the manager's approval
= what is in the company portal you install yourself. For anything else we need purpose and approval.
! Program*; Approved by
`;
